Testing.__checkPropertyAccess(result.self,getting: { $0.panopticQuality },expression: .__fromPropertyAccess(.__fromSyntaxNode("result"),.__fromSyntaxNode("panopticQuality")),comments: [],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:50:23-50:55
