Testing.__checkValue(alone.keys.contains { $0.hasPrefix("labels/nuclei/0/c/") },expression: .__fromSyntaxNode(#"alone.keys.contains { $0.hasPrefix("labels/nuclei/0/c/") }"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:69:7-69:74
