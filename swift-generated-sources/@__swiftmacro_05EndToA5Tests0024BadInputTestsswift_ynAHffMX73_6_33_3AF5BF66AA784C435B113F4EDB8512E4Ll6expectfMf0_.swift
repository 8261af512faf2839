Testing.__checkValue(try sheaf(["tile", series, out]).code == 0,expression: .__fromSyntaxNode(#"try sheaf(["tile", series, out]).code == 0"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:74:7-74:58
