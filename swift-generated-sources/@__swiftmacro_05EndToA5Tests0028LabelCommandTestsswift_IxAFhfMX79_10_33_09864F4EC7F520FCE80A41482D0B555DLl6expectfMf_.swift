Testing.__checkValue(differences(try published("\(directory)/\(output).zarr"), wanted) == [],expression: .__fromSyntaxNode(#"differences(try published("\(directory)/\(output).zarr"), wanted) == []"#),comments: ["\(settings), \(ranks) ranks"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:80:11-81:116
