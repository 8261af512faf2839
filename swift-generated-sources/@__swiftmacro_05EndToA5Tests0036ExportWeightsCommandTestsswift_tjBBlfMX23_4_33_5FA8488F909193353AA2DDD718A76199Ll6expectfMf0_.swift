Testing.__checkFunctionCall(sentences.joined().self,calling: {
  $0.contains($1)
},words,expression: .__fromFunctionCall(.__fromSyntaxNode("sentences.joined()"),"contains",(nil,.__fromSyntaxNode("words"))),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: location).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift:24:5-24:94
