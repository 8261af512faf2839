Testing.__checkBinaryOperation(quality.falsePositives,{ $0 == $1() },0,expression: .__fromBinaryOperation(.__fromSyntaxNode("quality.falsePositives"),"==",.__fromSyntaxNode("0")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:52:5-52:41
