Testing.__checkFunctionCall(text.self,calling: {
  $0.contains($1)
},line,expression: .__fromFunctionCall(.__fromSyntaxNode("text"),"contains",(nil,.__fromSyntaxNode("line"))),comments: ["\(line)\n\(text)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:50:7-50:55
