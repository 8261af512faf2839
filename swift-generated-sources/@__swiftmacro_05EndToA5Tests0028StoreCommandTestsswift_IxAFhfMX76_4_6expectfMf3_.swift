Testing.__checkValue((try json("verify", store)["damage"] as? [[String: Any]])?.count == 2,expression: .__fromSyntaxNode(#"(try json("verify", store)["damage"] as? [[String: Any]])?.count == 2"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:77:5-77:83
