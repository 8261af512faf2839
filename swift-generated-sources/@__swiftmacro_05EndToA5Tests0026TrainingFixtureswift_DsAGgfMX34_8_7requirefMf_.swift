Testing.__checkBinaryOperation(ending.code,{ $0 == $1() },0,expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code"),"==",.__fromSyntaxNode("0")),comments: ["\(arguments): \(ending.errors)"],isRequired: true,sourceLocation: location).__required()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingFixture.swift:35:9-35:95
