Testing.__checkFunctionCall(ending.errors.self,calling: {
  $0.contains($1)
},"sheaf: ",expression: .__fromFunctionCall(.__fromSyntaxNode("ending.errors"),"contains",(nil,.__fromStringLiteral(#""sheaf: ""#, "sheaf: "))),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:104:7-104:69
