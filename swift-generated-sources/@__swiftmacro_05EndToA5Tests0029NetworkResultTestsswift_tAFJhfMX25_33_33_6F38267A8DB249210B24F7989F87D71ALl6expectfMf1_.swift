Testing.__checkValue(key.allSatisfy { $0.isLetter || $0.isNumber },expression: .__fromSyntaxNode("key.allSatisfy { $0.isLetter || $0.isNumber }"),comments: ["\(arguments): \(key)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift:26:34-26:112
