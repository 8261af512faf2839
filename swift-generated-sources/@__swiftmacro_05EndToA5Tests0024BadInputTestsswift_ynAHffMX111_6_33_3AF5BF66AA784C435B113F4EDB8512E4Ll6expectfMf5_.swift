Testing.__checkBinaryOperation(full.code,{ $0 == $1() },74,expression: .__fromBinaryOperation(.__fromSyntaxNode("full.code"),"==",.__fromSyntaxNode("74")),comments: ["\(full.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:112:7-112:49
