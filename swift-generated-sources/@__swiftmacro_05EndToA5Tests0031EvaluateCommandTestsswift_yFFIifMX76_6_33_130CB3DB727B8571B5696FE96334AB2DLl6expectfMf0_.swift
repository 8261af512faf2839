Testing.__checkBinaryOperation(ending.code == 75,{ $0 && $1() },ending.errors.contains("stopped by SIGUSR1"),expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code == 75"),"&&",.__fromSyntaxNode(#"ending.errors.contains("stopped by SIGUSR1")"#)),comments: ["\(ending.code): \(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/EvaluateCommandTests.swift:77:7-77:117
