Testing.__checkFunctionCall((),calling: { 
  fileExists($1)
},output,expression: .__fromNegation(.__fromFunctionCall(nil,"fileExists",(nil,.__fromSyntaxNode("output"))), false),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift:40:7-40:35
