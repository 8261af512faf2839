Testing.__checkFunctionCall((),calling: { 
  waitForOrphans(naming: $1)
},parts,expression: .__fromFunctionCall(nil,"waitForOrphans",("naming",.__fromSyntaxNode("parts"))),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/PseudoLabelTests.swift:40:7-40:45
