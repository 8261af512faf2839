Testing.__checkValue(try code(["\(directory)/none.zarr", "-o", "\(directory)/out.zarr"]) == 66,expression: .__fromSyntaxNode(#"try code(["\(directory)/none.zarr", "-o", "\(directory)/out.zarr"]) == 66"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:121:7-121:89
