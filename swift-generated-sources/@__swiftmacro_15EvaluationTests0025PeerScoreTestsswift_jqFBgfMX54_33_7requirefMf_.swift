Testing.__checkPropertyAccess(result.self,getting: { $0.centrelineDice },expression: .__fromPropertyAccess(.__fromSyntaxNode("result"),.__fromSyntaxNode("centrelineDice")),comments: [],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:55:34-55:65
