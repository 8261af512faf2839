Testing.__checkValue(counts.entries.allSatisfy { expected[$0.pair] == $0.voxels },expression: .__fromSyntaxNode("counts.entries.allSatisfy { expected[$0.pair] == $0.voxels }"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:165:7-165:76
