Testing.__checkBinaryOperation(carriedOn.code,{ $0 == $1() },0,expression: .__fromBinaryOperation(.__fromSyntaxNode("carriedOn.code"),"==",.__fromSyntaxNode("0")),comments: ["\(carriedOn.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:107:7-107:58
