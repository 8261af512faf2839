Testing.__checkFunctionCall((),calling: { 
  waitForOrphans(naming: $1)
},run,expression: .__fromFunctionCall(nil,"waitForOrphans",("naming",.__fromSyntaxNode("run"))),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingResumeTests.swift:58:9-58:45
