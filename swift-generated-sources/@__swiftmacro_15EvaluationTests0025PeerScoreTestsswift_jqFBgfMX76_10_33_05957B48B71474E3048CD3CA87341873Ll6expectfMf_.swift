Testing.__checkBinaryOperation(skeleton.mask,{ $0 == $1() },bits(peer.skeleton),expression: .__fromBinaryOperation(.__fromSyntaxNode("skeleton.mask"),"==",.__fromSyntaxNode("bits(peer.skeleton)")),comments: ["case \(number)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:77:11-77:74
