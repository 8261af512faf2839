Testing.__checkFunctionCall((),calling: { 
  fileExists($1)
},directory + "/out.zarr",expression: .__fromNegation(.__fromFunctionCall(nil,"fileExists",(nil,.__fromSyntaxNode(#"directory + "/out.zarr""#))), false),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:64:7-64:52
