Testing.__checkPropertyAccess(ending.errors.self,getting: { $0.isEmpty },expression: .__fromPropertyAccess(.__fromSyntaxNode("ending.errors"),.__fromSyntaxNode("isEmpty")),comments: ["\(arguments): \(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift:22:9-22:73
