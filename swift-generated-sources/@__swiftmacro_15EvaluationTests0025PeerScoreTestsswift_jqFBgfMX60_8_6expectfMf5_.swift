Testing.__checkBinaryOperation(own.falseNegatives,{ $0 == $1() },panoptic.falseNegatives,expression: .__fromBinaryOperation(.__fromSyntaxNode("own.falseNegatives"),"==",.__fromSyntaxNode("panoptic.falseNegatives")),comments: ["case \(number)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:61:9-61:81
