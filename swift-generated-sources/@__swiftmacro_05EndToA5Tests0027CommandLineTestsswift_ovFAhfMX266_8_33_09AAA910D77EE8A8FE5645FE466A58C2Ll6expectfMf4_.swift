Testing.__checkFunctionCall(ending.errors.self,calling: {
  $0.contains($1)
},"\(directory)/sheaf-networks: No such file",expression: .__fromFunctionCall(.__fromSyntaxNode("ending.errors"),"contains",(nil,.__fromSyntaxNode(#""\(directory)/sheaf-networks: No such file""#))),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:267:9-267:105
