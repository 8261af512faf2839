Testing.__checkBinaryOperation(cases.count,{ $0 == $1() },15,expression: .__fromBinaryOperation(.__fromSyntaxNode("cases.count"),"==",.__fromSyntaxNode("15")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:39:5-39:31
