Testing.__checkFunctionCall(TrainingFixture.small.self,calling: {
  $0.starts(with: $1)
},tier,expression: .__fromFunctionCall(.__fromSyntaxNode("TrainingFixture.small"),"starts",("with",.__fromSyntaxNode("tier"))),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingNetworkTests.swift:23:7-23:56
