Testing.__checkValue(try classes.classes(of: VoxelBuffer(extent, voxels), name: "l.tif") == expected,expression: .__fromSyntaxNode(#"try classes.classes(of: VoxelBuffer(extent, voxels), name: "l.tif") == expected"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:116:7-116:95
