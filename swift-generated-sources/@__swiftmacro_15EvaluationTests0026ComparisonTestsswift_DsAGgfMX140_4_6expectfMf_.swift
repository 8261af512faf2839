Testing.__checkValue(try doubts() == [],expression: .__fromSyntaxNode("try doubts() == []"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:141:5-141:32
