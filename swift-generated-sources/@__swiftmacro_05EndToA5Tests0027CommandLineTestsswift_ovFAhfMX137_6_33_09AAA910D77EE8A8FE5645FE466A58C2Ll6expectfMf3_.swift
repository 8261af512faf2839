Testing.__checkValue(try readWholeFile(store + "/0/c/0/0/0") == sound,expression: .__fromSyntaxNode(#"try readWholeFile(store + "/0/c/0/0/0") == sound"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:138:7-138:64
