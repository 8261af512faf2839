Testing.__checkValue(try sheaf(ranks, "verify", store).code == 0,expression: .__fromSyntaxNode(#"try sheaf(ranks, "verify", store).code == 0"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:66:5-66:57
