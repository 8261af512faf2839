Testing.__checkBinaryOperation(result.panopticQuality?.quality,{ $0 == $1() },nil,expression: .__fromBinaryOperation(.__fromSyntaxNode("result.panopticQuality?.quality"),"==",.__fromSyntaxNode("nil")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:74:5-74:52
