Testing.__checkBinaryOperation(late.code == 75,{ $0 || $1() },late.code == 0,expression: .__fromBinaryOperation(.__fromSyntaxNode("late.code == 75"),"||",.__fromSyntaxNode("late.code == 0")),comments: ["\(late.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:103:7-103:67
