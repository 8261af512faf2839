Testing.__checkValue(try readWholeFile(store + "/0/c/0/0/0") == Data("damaged".utf8),expression: .__fromSyntaxNode(#"try readWholeFile(store + "/0/c/0/0/0") == Data("damaged".utf8)"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:135:7-135:79
