Testing.__checkPropertyAccess(scores.self,getting: { $0.dice },expression: .__fromPropertyAccess(.__fromSyntaxNode("scores"),.__fromSyntaxNode("dice")),comments: [],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/RealPipelineTests.swift:64:20-64:41
