Testing.__checkValue(try sheaf(["phantom", other] + small).code == 0,expression: .__fromSyntaxNode(#"try sheaf(["phantom", other] + small).code == 0"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:174:7-174:63
