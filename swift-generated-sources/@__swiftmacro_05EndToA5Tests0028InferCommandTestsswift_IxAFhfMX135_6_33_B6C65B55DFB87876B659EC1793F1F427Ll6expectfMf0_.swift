Testing.__checkValue(try code(["infer", directory, "\(directory)/out.zarr", "--model", directory, "--threshold", "2"]) == 64,expression: .__fromSyntaxNode(#"try code(["infer", directory, "\(directory)/out.zarr", "--model", directory, "--threshold", "2"]) == 64"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:136:7-136:119
