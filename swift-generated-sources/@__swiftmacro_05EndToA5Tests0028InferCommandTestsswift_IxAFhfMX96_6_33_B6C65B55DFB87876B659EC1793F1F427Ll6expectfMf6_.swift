Testing.__checkBinaryOperation(interruptions,{ $0 > $1() },0,expression: .__fromBinaryOperation(.__fromSyntaxNode("interruptions"),">",.__fromSyntaxNode("0")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:97:7-97:33
