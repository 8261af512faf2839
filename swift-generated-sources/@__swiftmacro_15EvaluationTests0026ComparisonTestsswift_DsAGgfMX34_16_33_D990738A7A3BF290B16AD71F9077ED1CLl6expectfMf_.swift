Testing.__checkClosureCall(throws: Fault.self,performing: { try body() },expression: .__fromSyntaxNode("try body()"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:35:17-35:59
