Testing.__checkClosureCall(throws: Never.self,performing: { try evaluate(mask, mask, settings) },expression: .__fromSyntaxNode("try evaluate(mask, mask, settings)"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:138:5-138:71
