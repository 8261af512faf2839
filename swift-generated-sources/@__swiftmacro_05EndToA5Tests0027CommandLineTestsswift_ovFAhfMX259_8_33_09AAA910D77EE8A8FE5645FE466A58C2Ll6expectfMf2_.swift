Testing.__checkBinaryOperation(ending.code,{ $0 == $1() },64,expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code"),"==",.__fromSyntaxNode("64")),comments: ["\(arguments): \(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:260:9-260:69
