Testing.__checkBinaryOperation(names.count,{ $0 == $1() },8,expression: .__fromBinaryOperation(.__fromSyntaxNode("names.count"),"==",.__fromSyntaxNode("8")),comments: [],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:53:11-53:37
