Testing.__checkValue(ending.errors.split(separator: "\n").contains { $0.hasPrefix("sheaf: ") || $0.hasPrefix("Error: ") },expression: .__fromSyntaxNode(#"ending.errors.split(separator: "\n").contains { $0.hasPrefix("sheaf: ") || $0.hasPrefix("Error: ") }"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:118:9-118:118
