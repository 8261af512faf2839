Testing.__checkFunctionCall((),calling: { 
  waitForOrphans(naming: $1)
},directory,expression: .__fromFunctionCall(nil,"waitForOrphans",("naming",.__fromSyntaxNode("directory"))),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:86:9-86:51
