Testing.__checkFunctionCall(ending.errors.self,calling: {
  $0.contains($1)
},"step-4.checkpoint is truncated",expression: .__fromFunctionCall(.__fromSyntaxNode("ending.errors"),"contains",(nil,.__fromStringLiteral(#""step-4.checkpoint is truncated""#, "step-4.checkpoint is truncated"))),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift:81:7-81:92
