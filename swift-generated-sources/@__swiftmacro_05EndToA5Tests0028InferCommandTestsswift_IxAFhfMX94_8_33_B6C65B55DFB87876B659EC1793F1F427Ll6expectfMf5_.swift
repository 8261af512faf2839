Testing.__checkValue(try readWholeFile("\(directory)/\(output).csv") == table,expression: .__fromSyntaxNode(#"try readWholeFile("\(directory)/\(output).csv") == table"#),comments: ["after \(files) files"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:95:9-95:98
