Testing.__checkBinaryOperation(labels.levels[0].extent,{ $0 == $1() },image.levels[0].extent,expression: .__fromBinaryOperation(.__fromSyntaxNode("labels.levels[0].extent"),"==",.__fromSyntaxNode("image.levels[0].extent")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/RealPipelineTests.swift:49:7-49:65
