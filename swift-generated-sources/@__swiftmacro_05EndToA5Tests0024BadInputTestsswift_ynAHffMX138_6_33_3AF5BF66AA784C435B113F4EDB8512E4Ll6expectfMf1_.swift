Testing.__checkValue(try directoryEntries(directory).isEmpty,expression: .__fromSyntaxNode("try directoryEntries(directory).isEmpty"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:139:7-139:55
