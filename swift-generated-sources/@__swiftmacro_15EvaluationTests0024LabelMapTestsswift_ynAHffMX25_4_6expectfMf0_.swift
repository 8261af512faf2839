Testing.__checkBinaryOperation(fault?.kind,{ $0 == $1() },.usage,expression: .__fromBinaryOperation(.__fromSyntaxNode("fault?.kind"),"==",.__fromSyntaxNode(".usage")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/LabelMapTests.swift:26:5-26:35
