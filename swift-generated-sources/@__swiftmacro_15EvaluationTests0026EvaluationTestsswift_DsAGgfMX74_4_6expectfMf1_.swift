Testing.__checkBinaryOperation(result.centrelineDice?.score,{ $0 == $1() },nil,expression: .__fromBinaryOperation(.__fromSyntaxNode("result.centrelineDice?.score"),"==",.__fromSyntaxNode("nil")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:75:5-75:49
