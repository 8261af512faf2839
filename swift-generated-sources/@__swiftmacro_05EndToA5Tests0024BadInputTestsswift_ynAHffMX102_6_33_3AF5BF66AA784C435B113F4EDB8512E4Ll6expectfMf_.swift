Testing.__checkBinaryOperation(ending.code,{ $0 == $1() },74,expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code"),"==",.__fromSyntaxNode("74")),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:103:7-103:53
