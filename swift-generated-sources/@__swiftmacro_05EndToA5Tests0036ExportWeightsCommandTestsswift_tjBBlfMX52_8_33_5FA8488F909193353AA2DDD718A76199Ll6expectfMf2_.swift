Testing.__checkFunctionCall(information.output.self,calling: {
  $0.contains($1)
},words,expression: .__fromFunctionCall(.__fromSyntaxNode("information.output"),"contains",(nil,.__fromSyntaxNode("words"))),comments: ["\(information.output)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift:53:9-53:77
