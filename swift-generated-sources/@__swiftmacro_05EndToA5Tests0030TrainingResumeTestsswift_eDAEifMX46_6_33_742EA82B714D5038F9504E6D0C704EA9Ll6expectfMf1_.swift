Testing.__checkBinaryOperation(limited.code,{ $0 == $1() },75,expression: .__fromBinaryOperation(.__fromSyntaxNode("limited.code"),"==",.__fromSyntaxNode("75")),comments: ["\(limited.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingResumeTests.swift:47:7-47:55
