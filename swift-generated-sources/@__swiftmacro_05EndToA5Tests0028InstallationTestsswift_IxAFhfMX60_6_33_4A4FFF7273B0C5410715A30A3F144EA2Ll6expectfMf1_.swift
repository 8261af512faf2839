Testing.__checkValue(loaded.contains { $0.contains("calling init: \(directory)/libtorch/lib/libtorch_cpu.so") },expression: .__fromSyntaxNode(#"loaded.contains { $0.contains("calling init: \(directory)/libtorch/lib/libtorch_cpu.so") }"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InstallationTests.swift:61:7-61:106
