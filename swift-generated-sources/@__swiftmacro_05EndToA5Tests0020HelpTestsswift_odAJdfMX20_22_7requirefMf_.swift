Testing.__checkPropertyAccess(overview.components(separatedBy: "SUBCOMMANDS:\n").dropFirst().self,getting: { $0.first },expression: .__fromPropertyAccess(.__fromSyntaxNode(#"overview.components(separatedBy: "SUBCOMMANDS:\n").dropFirst()"#),.__fromSyntaxNode("first")),comments: [],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/HelpTests.swift:21:23-21:101
