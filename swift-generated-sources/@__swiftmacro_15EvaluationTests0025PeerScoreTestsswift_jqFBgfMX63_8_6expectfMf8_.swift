Testing.__checkBinaryOperation(abs(own.segmentationQuality - (panoptic.sq ?? 0)),{ $0 < $1() },1e-12,expression: .__fromBinaryOperation(.__fromSyntaxNode("abs(own.segmentationQuality - (panoptic.sq ?? 0))"),"<",.__fromSyntaxNode("1e-12")),comments: ["case \(number)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:64:9-64:93
