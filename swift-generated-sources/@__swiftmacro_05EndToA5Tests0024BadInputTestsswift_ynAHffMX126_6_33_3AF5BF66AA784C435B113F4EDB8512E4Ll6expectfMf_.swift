Testing.__checkValue(try directoryEntries(directory) == ["organ"],expression: .__fromSyntaxNode(#"try directoryEntries(directory) == ["organ"]"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:127:7-127:60
