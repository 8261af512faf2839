Testing.__checkValue(try code(["\(directory)/none.zarr", "\(directory)/a", "-o", "\(directory)/b"]) == 64,expression: .__fromSyntaxNode(#"try code(["\(directory)/none.zarr", "\(directory)/a", "-o", "\(directory)/b"]) == 64"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:124:7-124:100
