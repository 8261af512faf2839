Testing.__checkFunctionCall((),calling: { 
  fileExists($1)
},directory + "/other",expression: .__fromNegation(.__fromFunctionCall(nil,"fileExists",(nil,.__fromSyntaxNode(#"directory + "/other""#))), false),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingNetworkTests.swift:42:7-42:49
