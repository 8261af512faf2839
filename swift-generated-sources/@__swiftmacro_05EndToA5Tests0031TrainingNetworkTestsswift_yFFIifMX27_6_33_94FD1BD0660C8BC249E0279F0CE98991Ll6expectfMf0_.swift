Testing.__checkFunctionCall(tuned.errors.self,calling: {
  $0.contains($1)
},"stages of 4,8,12 channels, 1,2,1 blocks",expression: .__fromFunctionCall(.__fromSyntaxNode("tuned.errors"),"contains",(nil,.__fromStringLiteral(#""stages of 4,8,12 channels, 1,2,1 blocks""#, "stages of 4,8,12 channels, 1,2,1 blocks"))),comments: ["\(tuned.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingNetworkTests.swift:28:7-28:99
