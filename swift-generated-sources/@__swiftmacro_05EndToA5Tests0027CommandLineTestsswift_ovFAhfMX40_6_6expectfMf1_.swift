Testing.__checkFunctionCall(help.output.self,calling: {
  $0.hasPrefix($1)
},"OVERVIEW: ",expression: .__fromFunctionCall(.__fromSyntaxNode("help.output"),"hasPrefix",(nil,.__fromStringLiteral(#""OVERVIEW: ""#, "OVERVIEW: "))),comments: ["\(name)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:41:7-41:62
