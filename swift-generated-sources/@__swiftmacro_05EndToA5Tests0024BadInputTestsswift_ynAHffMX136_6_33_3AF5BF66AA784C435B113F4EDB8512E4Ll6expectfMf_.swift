Testing.__checkBinaryOperation(ending.code,{ $0 == $1() },64,expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code"),"==",.__fromSyntaxNode("64")),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:137:7-137:53
