Testing.__checkBinaryOperation(sentences.count,{ $0 == $1() },1,expression: .__fromBinaryOperation(.__fromSyntaxNode("sentences.count"),"==",.__fromSyntaxNode("1")),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: location).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift:16:5-16:80
