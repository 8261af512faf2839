Testing.__checkBinaryOperation(ending.code,{ $0 == $1() },75,expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code"),"==",.__fromSyntaxNode("75")),comments: ["\(ending.code) \(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:25:5-25:66
