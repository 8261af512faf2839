Testing.__checkFunctionCall(text.self,calling: {
  $0.contains($1)
},"export-weights",expression: .__fromFunctionCall(.__fromSyntaxNode("text"),"contains",(nil,.__fromStringLiteral(#""export-weights""#, "export-weights"))),comments: ["\(completion)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InstallationTests.swift:91:9-91:66
