Testing.__checkValue(try code(["\(directory)/none.zarr", "\(directory)/a", "--threshold", "2"]) == 64,expression: .__fromSyntaxNode(#"try code(["\(directory)/none.zarr", "\(directory)/a", "--threshold", "2"]) == 64"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:125:7-125:96
