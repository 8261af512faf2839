Testing.__checkBinaryOperation(abs(own.qualityByDice! - panoptic.pqDice),{ $0 < $1() },1e-12,expression: .__fromBinaryOperation(.__fromSyntaxNode("abs(own.qualityByDice! - panoptic.pqDice)"),"<",.__fromSyntaxNode("1e-12")),comments: ["case \(number)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:65:9-65:85
