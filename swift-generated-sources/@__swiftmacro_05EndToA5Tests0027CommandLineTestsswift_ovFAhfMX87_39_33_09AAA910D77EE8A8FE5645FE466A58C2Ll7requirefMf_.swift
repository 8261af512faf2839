Testing.__checkFunctionCall(FileManager.default.self,calling: {
  $0.enumerator(atPath: $1)
},path,expression: .__fromFunctionCall(.__fromSyntaxNode("FileManager.default"),"enumerator",("atPath",.__fromSyntaxNode("path"))),comments: [],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:88:40-88:94
