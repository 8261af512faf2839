Testing.__checkBinaryOperation(architecture.kernels,{ $0 == $1() },[[1, 3, 3], [3, 3, 3], [3, 3, 3]],expression: .__fromBinaryOperation(.__fromSyntaxNode("architecture.kernels"),"==",.__fromSyntaxNode("[[1, 3, 3], [3, 3, 3], [3, 3, 3]]")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingNetworkTests.swift:31:7-31:73
