Testing.__checkBinaryOperation(quality.truePositives,{ $0 == $1() },2,expression: .__fromBinaryOperation(.__fromSyntaxNode("quality.truePositives"),"==",.__fromSyntaxNode("2")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:51:5-51:40
