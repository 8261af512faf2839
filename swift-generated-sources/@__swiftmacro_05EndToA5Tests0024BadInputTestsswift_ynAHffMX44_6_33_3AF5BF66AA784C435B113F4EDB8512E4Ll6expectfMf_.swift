Testing.__checkValue(try directoryEntries(directory) == ["empty"],expression: .__fromSyntaxNode(#"try directoryEntries(directory) == ["empty"]"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:45:7-45:60
