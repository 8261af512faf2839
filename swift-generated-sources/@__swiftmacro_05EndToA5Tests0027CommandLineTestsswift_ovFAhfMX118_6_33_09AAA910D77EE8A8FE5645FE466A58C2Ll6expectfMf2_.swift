Testing.__checkBinaryOperation(tiled.code,{ $0 == $1() },73,expression: .__fromBinaryOperation(.__fromSyntaxNode("tiled.code"),"==",.__fromSyntaxNode("73")),comments: ["\(tiled.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:119:7-119:51
