Testing.__checkValue(try Comparison(prediction, reference, settings, .single()).run() == expected,expression: .__fromSyntaxNode("try Comparison(prediction, reference, settings, .single()).run() == expected"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:88:9-88:94
