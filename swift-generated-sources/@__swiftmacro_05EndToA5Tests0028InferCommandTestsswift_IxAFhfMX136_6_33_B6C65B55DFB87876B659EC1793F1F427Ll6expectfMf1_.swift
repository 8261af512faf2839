Testing.__checkValue(try code(["evaluate", "\(directory)/none.tif", "\(directory)/none.nii"]) == 66,expression: .__fromSyntaxNode(#"try code(["evaluate", "\(directory)/none.tif", "\(directory)/none.nii"]) == 66"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:137:7-137:94
