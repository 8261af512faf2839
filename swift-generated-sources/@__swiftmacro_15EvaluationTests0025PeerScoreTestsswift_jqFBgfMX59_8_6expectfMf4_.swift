Testing.__checkBinaryOperation(own.falsePositives,{ $0 == $1() },panoptic.falsePositives,expression: .__fromBinaryOperation(.__fromSyntaxNode("own.falsePositives"),"==",.__fromSyntaxNode("panoptic.falsePositives")),comments: ["case \(number)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:60:9-60:81
