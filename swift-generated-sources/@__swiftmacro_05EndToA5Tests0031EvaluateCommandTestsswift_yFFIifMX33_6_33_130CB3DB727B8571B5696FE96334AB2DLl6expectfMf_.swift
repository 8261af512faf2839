Testing.__checkBinaryOperation(expected.code == 0,{ $0 && $1() },expected.output.contains("\"clDice\""),expression: .__fromBinaryOperation(.__fromSyntaxNode("expected.code == 0"),"&&",.__fromSyntaxNode(#"expected.output.contains("\"clDice\"")"#)),comments: ["\(expected.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/EvaluateCommandTests.swift:34:7-34:98
