Testing.__checkValue(try sheaf(["verify", store]).code == 0,expression: .__fromSyntaxNode(#"try sheaf(["verify", store]).code == 0"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:160:7-160:54
