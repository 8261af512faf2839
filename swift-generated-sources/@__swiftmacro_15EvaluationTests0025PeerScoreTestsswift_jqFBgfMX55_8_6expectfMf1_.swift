Testing.__checkBinaryOperation((centrelineDice.score == nil),{ $0 == $1() },(peer.clDice == nil),expression: .__fromBinaryOperation(.__fromSyntaxNode("(centrelineDice.score == nil)"),"==",.__fromSyntaxNode("(peer.clDice == nil)")),comments: ["case \(number)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:56:9-56:89
