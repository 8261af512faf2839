Testing.__checkFunctionCall(ending.errors.self,calling: {
  $0.contains($1)
},"damaged in 2 places",expression: .__fromFunctionCall(.__fromSyntaxNode("ending.errors"),"contains",(nil,.__fromStringLiteral(#""damaged in 2 places""#, "damaged in 2 places"))),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:76:5-76:79
