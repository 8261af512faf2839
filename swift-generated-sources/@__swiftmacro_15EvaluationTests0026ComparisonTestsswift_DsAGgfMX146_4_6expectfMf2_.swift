Testing.__checkValue(try doubts().count == 1,expression: .__fromSyntaxNode("try doubts().count == 1"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:147:5-147:37
