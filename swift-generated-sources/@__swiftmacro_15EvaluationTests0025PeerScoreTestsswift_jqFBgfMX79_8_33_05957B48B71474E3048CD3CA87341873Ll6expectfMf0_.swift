Testing.__checkBinaryOperation(components,{ $0 == $1() },peer.components,expression: .__fromBinaryOperation(.__fromSyntaxNode("components"),"==",.__fromSyntaxNode("peer.components")),comments: ["case \(number)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:80:9-80:65
