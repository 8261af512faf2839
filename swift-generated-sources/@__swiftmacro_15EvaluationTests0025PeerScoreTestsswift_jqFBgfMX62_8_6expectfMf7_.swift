Testing.__checkBinaryOperation(abs(own.recognitionQuality! - panoptic.rq),{ $0 < $1() },1e-12,expression: .__fromBinaryOperation(.__fromSyntaxNode("abs(own.recognitionQuality! - panoptic.rq)"),"<",.__fromSyntaxNode("1e-12")),comments: ["case \(number)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:63:9-63:86
