Testing.__checkValue(try Comparison(volume, volume, settings, .single()).slabCount == threads,expression: .__fromSyntaxNode("try Comparison(volume, volume, settings, .single()).slabCount == threads"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:101:7-101:88
