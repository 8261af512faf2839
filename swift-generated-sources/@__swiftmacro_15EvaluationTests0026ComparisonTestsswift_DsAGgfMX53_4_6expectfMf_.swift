Testing.__checkBinaryOperation(counter.count,{ $0 == $1() },0,expression: .__fromBinaryOperation(.__fromSyntaxNode("counter.count"),"==",.__fromSyntaxNode("0")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:54:5-54:32
