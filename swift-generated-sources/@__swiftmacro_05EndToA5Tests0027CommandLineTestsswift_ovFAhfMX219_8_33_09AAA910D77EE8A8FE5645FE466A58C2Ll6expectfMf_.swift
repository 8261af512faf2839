Testing.__checkBinaryOperation(ending.code == 0,{ $0 && $1() },ending.errors.isEmpty,expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code == 0"),"&&",.__fromSyntaxNode("ending.errors.isEmpty")),comments: ["\(arguments): \(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:220:9-220:93
