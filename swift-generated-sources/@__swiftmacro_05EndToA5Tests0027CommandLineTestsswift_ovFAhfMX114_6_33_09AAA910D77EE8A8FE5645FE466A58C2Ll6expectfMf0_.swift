Testing.__checkBinaryOperation(again.code == 0,{ $0 && $1() },again.errors.contains("all of them done already"),expression: .__fromBinaryOperation(.__fromSyntaxNode("again.code == 0"),"&&",.__fromSyntaxNode(#"again.errors.contains("all of them done already")"#)),comments: ["\(again.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:115:7-115:103
