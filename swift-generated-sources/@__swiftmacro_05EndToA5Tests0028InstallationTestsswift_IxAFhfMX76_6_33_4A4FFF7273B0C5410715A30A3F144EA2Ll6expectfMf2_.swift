Testing.__checkFunctionCall(ending.errors.self,calling: {
  $0.contains($1)
},"but LIBTORCH=\(directory)/old is version 1.13.1+cpu",expression: .__fromFunctionCall(.__fromSyntaxNode("ending.errors"),"contains",(nil,.__fromSyntaxNode(#""but LIBTORCH=\(directory)/old is version 1.13.1+cpu""#))),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InstallationTests.swift:77:7-77:113
