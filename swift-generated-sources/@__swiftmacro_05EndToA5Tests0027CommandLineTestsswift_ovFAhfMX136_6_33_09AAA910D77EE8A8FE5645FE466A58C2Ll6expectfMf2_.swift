Testing.__checkBinaryOperation(repeated.code == 0,{ $0 && $1() },!repeated.errors.contains("done already"),expression: .__fromBinaryOperation(.__fromSyntaxNode("repeated.code == 0"),"&&",.__fromSyntaxNode(#"!repeated.errors.contains("done already")"#)),comments: ["\(repeated.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:137:7-137:101
