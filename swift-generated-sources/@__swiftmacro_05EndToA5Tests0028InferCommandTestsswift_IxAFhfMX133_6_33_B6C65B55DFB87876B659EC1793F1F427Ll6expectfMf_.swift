Testing.__checkValue(try code(["infer", "\(directory)/none.zarr", "\(directory)/out.zarr", "--model", "\(directory)/none"]) == 66,expression: .__fromSyntaxNode(#"try code(["infer", "\(directory)/none.zarr", "\(directory)/out.zarr", "--model", "\(directory)/none"]) == 66"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:134:7-135:118
