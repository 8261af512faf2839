Testing.__checkBinaryOperation(help.code == 0,{ $0 && $1() },help.errors.isEmpty,expression: .__fromBinaryOperation(.__fromSyntaxNode("help.code == 0"),"&&",.__fromSyntaxNode("help.errors.isEmpty")),comments: ["\(name): \(help.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:40:7-40:80
