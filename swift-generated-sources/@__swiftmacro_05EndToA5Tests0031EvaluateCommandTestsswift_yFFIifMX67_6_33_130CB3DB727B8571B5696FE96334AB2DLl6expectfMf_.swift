Testing.__checkBinaryOperation(limited.code == 75,{ $0 && $1() },limited.errors.contains("time limit"),expression: .__fromBinaryOperation(.__fromSyntaxNode("limited.code == 75"),"&&",.__fromSyntaxNode(#"limited.errors.contains("time limit")"#)),comments: ["\(limited.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/EvaluateCommandTests.swift:68:7-68:96
