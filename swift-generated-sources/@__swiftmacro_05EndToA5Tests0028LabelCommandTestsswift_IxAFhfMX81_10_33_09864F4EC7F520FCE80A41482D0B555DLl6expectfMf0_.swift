Testing.__checkValue(try readWholeFile("\(directory)/\(output).csv") == table,expression: .__fromSyntaxNode(#"try readWholeFile("\(directory)/\(output).csv") == table"#),comments: ["\(settings), \(ranks) ranks"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:82:11-82:107
