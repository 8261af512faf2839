Testing.__checkFunctionCall(ending.errors.self,calling: {
  $0.hasPrefix($1)
},"sheaf: Sheaf was built for libtorch ",expression: .__fromFunctionCall(.__fromSyntaxNode("ending.errors"),"hasPrefix",(nil,.__fromStringLiteral(#""sheaf: Sheaf was built for libtorch ""#, "sheaf: Sheaf was built for libtorch "))),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InstallationTests.swift:76:7-76:99
