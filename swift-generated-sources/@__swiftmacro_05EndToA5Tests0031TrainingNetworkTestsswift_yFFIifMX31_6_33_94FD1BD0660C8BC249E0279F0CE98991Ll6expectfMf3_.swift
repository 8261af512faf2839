Testing.__checkBinaryOperation(architecture.blocksPerStage == [1, 2, 1],{ $0 && $1() },architecture.convolutionsPerDecoderStage == [2, 1],expression: .__fromBinaryOperation(.__fromSyntaxNode("architecture.blocksPerStage == [1, 2, 1]"),"&&",.__fromSyntaxNode("architecture.convolutionsPerDecoderStage == [2, 1]")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingNetworkTests.swift:32:7-32:110
