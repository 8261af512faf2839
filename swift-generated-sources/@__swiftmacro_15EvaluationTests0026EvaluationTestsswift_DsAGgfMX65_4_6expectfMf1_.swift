Testing.__checkBinaryOperation(result.counts.dice,{ $0 == $1() },0.8,expression: .__fromBinaryOperation(.__fromSyntaxNode("result.counts.dice"),"==",.__fromSyntaxNode("0.8")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:66:5-66:39
