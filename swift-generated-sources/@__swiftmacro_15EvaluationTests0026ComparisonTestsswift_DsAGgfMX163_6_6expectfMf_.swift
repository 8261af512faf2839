Testing.__checkBinaryOperation(counts.entries.count,{ $0 == $1() },expected.count,expression: .__fromBinaryOperation(.__fromSyntaxNode("counts.entries.count"),"==",.__fromSyntaxNode("expected.count")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:164:7-164:54
