Testing.__checkBinaryOperation(abs(own.quality! - panoptic.pq),{ $0 < $1() },1e-12,expression: .__fromBinaryOperation(.__fromSyntaxNode("abs(own.quality! - panoptic.pq)"),"<",.__fromSyntaxNode("1e-12")),comments: ["case \(number)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:62:9-62:75
