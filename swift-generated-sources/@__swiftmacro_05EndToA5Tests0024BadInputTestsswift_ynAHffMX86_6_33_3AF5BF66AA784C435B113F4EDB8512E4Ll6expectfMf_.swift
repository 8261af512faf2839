Testing.__checkValue(try directoryEntries(foreign) == ["cat.jpg"],expression: .__fromSyntaxNode(#"try directoryEntries(foreign) == ["cat.jpg"]"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:87:7-87:60
