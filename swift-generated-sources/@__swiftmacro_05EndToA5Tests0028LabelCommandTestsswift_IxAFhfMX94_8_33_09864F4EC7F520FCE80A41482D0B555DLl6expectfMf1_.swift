Testing.__checkFunctionCall((),calling: { 
  waitForOrphans(naming: $1)
},directory,expression: .__fromFunctionCall(nil,"waitForOrphans",("naming",.__fromSyntaxNode("directory"))),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:95:9-95:51
