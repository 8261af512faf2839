Testing.__checkFunctionCall(refused.errors.self,calling: {
  $0.contains($1)
},"another run is active in \(run)",expression: .__fromFunctionCall(.__fromSyntaxNode("refused.errors"),"contains",(nil,.__fromSyntaxNode(#""another run is active in \(run)""#))),comments: ["\(refused.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingResumeTests.swift:42:9-42:97
