Testing.__checkValue(try code(["\(directory)/none.zarr"]) == 64,expression: .__fromSyntaxNode(#"try code(["\(directory)/none.zarr"]) == 64"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:122:7-122:58
