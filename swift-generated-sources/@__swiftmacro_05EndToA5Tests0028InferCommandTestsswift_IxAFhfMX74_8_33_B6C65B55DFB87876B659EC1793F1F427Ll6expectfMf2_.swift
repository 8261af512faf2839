Testing.__checkValue(try readWholeFile("\(directory)/ranks\(ranks).csv") == table,expression: .__fromSyntaxNode(#"try readWholeFile("\(directory)/ranks\(ranks).csv") == table"#),comments: ["\(ranks) ranks"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:75:9-75:96
