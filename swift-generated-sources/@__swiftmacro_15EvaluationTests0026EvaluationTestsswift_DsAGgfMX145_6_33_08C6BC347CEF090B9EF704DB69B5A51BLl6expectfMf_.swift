Testing.__checkBinaryOperation(fault.kind,{ $0 == $1() },kind,expression: .__fromBinaryOperation(.__fromSyntaxNode("fault.kind"),"==",.__fromSyntaxNode("kind")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:146:7-146:34
