Testing.__checkFunctionCall(FileManager.default.self,calling: {
  $0.enumerator(atPath: $1)
},"\(directory)/usr",expression: .__fromFunctionCall(.__fromSyntaxNode("FileManager.default"),"enumerator",("atPath",.__fromSyntaxNode(#""\(directory)/usr""#))),comments: [],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InstallationTests.swift:97:22-97:90
