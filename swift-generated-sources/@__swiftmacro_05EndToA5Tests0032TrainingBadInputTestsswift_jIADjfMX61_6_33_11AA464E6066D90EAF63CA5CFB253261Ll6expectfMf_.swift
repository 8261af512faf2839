Testing.__checkFunctionCall((),calling: { 
  fileExists($1)
},run + "/model.safetensors",expression: .__fromNegation(.__fromFunctionCall(nil,"fileExists",(nil,.__fromSyntaxNode(#"run + "/model.safetensors""#))), false),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift:62:7-62:55
