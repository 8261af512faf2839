Testing.__checkBinaryOperation(ending.output,{ $0 == $1() },first ?? ending.output,expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.output"),"==",.__fromSyntaxNode("first ?? ending.output")),comments: ["\(ranks) ranks"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:116:7-116:73
