Testing.__checkValue(Set(try directoryEntries(fixtures)) == Set((["sheaf"] + commands).map { $0 + ".txt" }),expression: .__fromSyntaxNode(#"Set(try directoryEntries(fixtures)) == Set((["sheaf"] + commands).map { $0 + ".txt" })"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/HelpTests.swift:36:5-36:100
