Testing.__checkBinaryOperation(mismatch.code,{ $0 != $1() },0,expression: .__fromBinaryOperation(.__fromSyntaxNode("mismatch.code"),"!=",.__fromSyntaxNode("0")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:124:5-124:32
