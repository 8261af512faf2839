Testing.__checkBinaryOperation(abs((centrelineDice.score ?? 0) - (peer.clDice ?? 0)),{ $0 < $1() },1e-12,expression: .__fromBinaryOperation(.__fromSyntaxNode("abs((centrelineDice.score ?? 0) - (peer.clDice ?? 0))"),"<",.__fromSyntaxNode("1e-12")),comments: ["case \(number)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:57:9-57:97
