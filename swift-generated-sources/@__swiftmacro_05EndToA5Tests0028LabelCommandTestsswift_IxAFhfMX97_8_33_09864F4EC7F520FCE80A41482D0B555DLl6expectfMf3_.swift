Testing.__checkValue(try readWholeFile("\(directory)/\(output).csv") == table,expression: .__fromSyntaxNode(#"try readWholeFile("\(directory)/\(output).csv") == table"#),comments: ["after \(files) files"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:98:9-98:98
