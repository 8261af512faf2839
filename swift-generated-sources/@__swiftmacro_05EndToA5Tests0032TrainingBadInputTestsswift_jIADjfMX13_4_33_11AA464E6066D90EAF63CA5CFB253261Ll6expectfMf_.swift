Testing.__checkBinaryOperation(ending.code,{ $0 == $1() },code,expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code"),"==",.__fromSyntaxNode("code")),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: location).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift:14:5-14:79
