Testing.__checkFunctionCall(metadata.self,calling: {
  $0.contains($1)
},"contiguous-dense",expression: .__fromFunctionCall(.__fromSyntaxNode("metadata"),"contains",(nil,.__fromStringLiteral(#""contiguous-dense""#, "contiguous-dense"))),comments: ["\(metadata)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:40:5-40:66
