Testing.__checkBinaryOperation(result.counts.falseNegatives,{ $0 == $1() },1,expression: .__fromBinaryOperation(.__fromSyntaxNode("result.counts.falseNegatives"),"==",.__fromSyntaxNode("1")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:65:5-65:47
