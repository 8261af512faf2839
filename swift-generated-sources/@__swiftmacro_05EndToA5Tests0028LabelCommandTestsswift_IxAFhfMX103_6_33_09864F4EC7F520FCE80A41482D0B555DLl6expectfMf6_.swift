Testing.__checkValue(try Store.open("\(directory)/probabilities.zarr").labelNames() == ["nuclei", "strict"],expression: .__fromSyntaxNode(#"try Store.open("\(directory)/probabilities.zarr").labelNames() == ["nuclei", "strict"]"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:104:7-104:102
