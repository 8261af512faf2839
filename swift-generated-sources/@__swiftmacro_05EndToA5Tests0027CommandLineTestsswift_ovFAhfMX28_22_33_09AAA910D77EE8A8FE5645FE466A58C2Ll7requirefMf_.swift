Testing.__checkPropertyAccess(help.components(separatedBy: "SUBCOMMANDS:\n").dropFirst().self,getting: { $0.first },expression: .__fromPropertyAccess(.__fromSyntaxNode(#"help.components(separatedBy: "SUBCOMMANDS:\n").dropFirst()"#),.__fromSyntaxNode("first")),comments: [],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:29:23-29:97
