Testing.__checkBinaryOperation(sentences.count,{ $0 == $1() },1,expression: .__fromBinaryOperation(.__fromSyntaxNode("sentences.count"),"==",.__fromSyntaxNode("1")),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: location).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:22:5-22:80
