Testing.__checkPropertyAccess(ending.output.self,getting: { $0.isEmpty },expression: .__fromPropertyAccess(.__fromSyntaxNode("ending.output"),.__fromSyntaxNode("isEmpty")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:56:7-56:37
