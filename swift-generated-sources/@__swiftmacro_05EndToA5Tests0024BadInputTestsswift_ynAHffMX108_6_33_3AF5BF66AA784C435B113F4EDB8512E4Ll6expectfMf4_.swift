Testing.__checkValue(try sheaf(["verify", out]).code == 0,expression: .__fromSyntaxNode(#"try sheaf(["verify", out]).code == 0"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:109:7-109:52
