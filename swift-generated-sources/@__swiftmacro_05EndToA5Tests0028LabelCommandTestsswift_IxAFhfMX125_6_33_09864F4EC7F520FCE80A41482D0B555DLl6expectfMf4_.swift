Testing.__checkValue(try directoryEntries(directory) == [],expression: .__fromSyntaxNode("try directoryEntries(directory) == []"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:126:7-126:53
