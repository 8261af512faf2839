Testing.__checkBinaryOperation(result.counts.dice,{ $0 == $1() },nil,expression: .__fromBinaryOperation(.__fromSyntaxNode("result.counts.dice"),"==",.__fromSyntaxNode("nil")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:73:5-73:39
