Testing.__checkValue(try doubts().count == 2,expression: .__fromSyntaxNode("try doubts().count == 2"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:149:5-149:37
