Testing.__checkValue((try? readWholeFile(labels)) == sound.1,expression: .__fromSyntaxNode("(try? readWholeFile(labels)) == sound.1"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift:48:7-48:55
