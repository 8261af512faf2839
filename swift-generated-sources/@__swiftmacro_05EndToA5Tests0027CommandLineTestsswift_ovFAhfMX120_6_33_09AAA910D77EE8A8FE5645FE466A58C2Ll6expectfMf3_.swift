Testing.__checkBinaryOperation(replaced.code,{ $0 == $1() },0,expression: .__fromBinaryOperation(.__fromSyntaxNode("replaced.code"),"==",.__fromSyntaxNode("0")),comments: ["\(replaced.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:121:7-121:56
