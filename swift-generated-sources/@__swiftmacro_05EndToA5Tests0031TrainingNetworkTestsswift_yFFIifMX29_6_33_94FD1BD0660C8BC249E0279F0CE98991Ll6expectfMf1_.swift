Testing.__checkBinaryOperation(architecture.strides,{ $0 == $1() },[[1, 1, 1], [1, 2, 2], [2, 2, 2]],expression: .__fromBinaryOperation(.__fromSyntaxNode("architecture.strides"),"==",.__fromSyntaxNode("[[1, 1, 1], [1, 2, 2], [2, 2, 2]]")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingNetworkTests.swift:30:7-30:73
