Testing.__checkBinaryOperation(quality.falseNegatives,{ $0 == $1() },0,expression: .__fromBinaryOperation(.__fromSyntaxNode("quality.falseNegatives"),"==",.__fromSyntaxNode("0")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:53:5-53:41
