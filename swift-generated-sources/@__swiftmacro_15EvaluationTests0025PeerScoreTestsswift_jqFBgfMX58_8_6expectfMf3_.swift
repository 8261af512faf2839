Testing.__checkBinaryOperation(own.truePositives,{ $0 == $1() },panoptic.truePositives,expression: .__fromBinaryOperation(.__fromSyntaxNode("own.truePositives"),"==",.__fromSyntaxNode("panoptic.truePositives")),comments: ["case \(number)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:59:9-59:79
