Testing.__checkFunctionCall((),calling: { 
  fileExists($1)
},out,expression: .__fromNegation(.__fromFunctionCall(nil,"fileExists",(nil,.__fromSyntaxNode("out"))), false),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:72:7-72:32
