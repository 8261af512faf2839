Testing.__checkFunctionCall(ending.errors.self,calling: {
  $0.contains($1)
},"falling back to the checkpoint before it",expression: .__fromFunctionCall(.__fromSyntaxNode("ending.errors"),"contains",(nil,.__fromStringLiteral(#""falling back to the checkpoint before it""#, "falling back to the checkpoint before it"))),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift:82:7-82:82
