Testing.__checkBinaryOperation(ending.code,{ $0 == $1() },0,expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code"),"==",.__fromSyntaxNode("0")),comments: ["\(ending.errors)"],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:30:9-30:55
