Testing.__checkBinaryOperation(result.counts.dice,{ $0 == $1() },peer.dice,expression: .__fromBinaryOperation(.__fromSyntaxNode("result.counts.dice"),"==",.__fromSyntaxNode("peer.dice")),comments: ["case \(number)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:54:9-54:67
