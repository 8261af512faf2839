Testing.__checkBinaryOperation(result.counts.truePositives,{ $0 == $1() },2,expression: .__fromBinaryOperation(.__fromSyntaxNode("result.counts.truePositives"),"==",.__fromSyntaxNode("2")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:64:5-64:46
