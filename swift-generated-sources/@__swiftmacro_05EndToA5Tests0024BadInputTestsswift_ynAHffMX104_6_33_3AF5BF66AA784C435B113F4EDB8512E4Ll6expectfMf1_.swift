Testing.__checkFunctionCall((),calling: { 
  fileExists($1)
},out + "/0/c/0/0/0",expression: .__fromNegation(.__fromFunctionCall(nil,"fileExists",(nil,.__fromSyntaxNode(#"out + "/0/c/0/0/0""#))), false),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:105:7-105:47
