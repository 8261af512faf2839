Testing.__checkValue(try sheaf(["phantom", "--output", organ] + small).code == 0,expression: .__fromSyntaxNode(#"try sheaf(["phantom", "--output", organ] + small).code == 0"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:173:7-173:75
