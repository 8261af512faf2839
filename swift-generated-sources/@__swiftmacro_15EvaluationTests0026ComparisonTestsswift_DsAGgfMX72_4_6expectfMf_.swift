Testing.__checkBinaryOperation(counter.count,{ $0 == $1() },4 * extent.y * extent.x,expression: .__fromBinaryOperation(.__fromSyntaxNode("counter.count"),"==",.__fromSyntaxNode("4 * extent.y * extent.x")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:73:5-73:54
