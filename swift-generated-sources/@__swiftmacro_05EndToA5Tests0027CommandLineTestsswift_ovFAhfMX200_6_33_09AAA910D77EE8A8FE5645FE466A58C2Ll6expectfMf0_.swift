Testing.__checkValue(try sheaf(tile + ["--content", "labels"]).errors.contains("all of them done already"),expression: .__fromSyntaxNode(#"try sheaf(tile + ["--content", "labels"]).errors.contains("all of them done already")"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:201:7-201:101
