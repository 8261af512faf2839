Testing.__checkBinaryOperation(Double(bytes) > 0.5 * Double(written),{ $0 && $1() },Double(bytes) < 2 * Double(written),expression: .__fromBinaryOperation(.__fromSyntaxNode("Double(bytes) > 0.5 * Double(written)"),"&&",.__fromSyntaxNode("Double(bytes) < 2 * Double(written)")),comments: ["\(bytes) for \(written)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:57:5-57:117
