Testing.__checkValue(try code(["\(directory)/none.zarr", "--labels", "../up"]) == 64,expression: .__fromSyntaxNode(#"try code(["\(directory)/none.zarr", "--labels", "../up"]) == 64"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:123:7-123:79
