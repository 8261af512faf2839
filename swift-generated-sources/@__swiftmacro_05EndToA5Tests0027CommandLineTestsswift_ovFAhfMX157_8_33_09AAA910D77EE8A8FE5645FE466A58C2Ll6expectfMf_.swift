Testing.__checkBinaryOperation(ending.code == 73,{ $0 && $1() },ending.errors.contains(words),expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code == 73"),"&&",.__fromSyntaxNode("ending.errors.contains(words)")),comments: ["\(arguments): \(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:158:9-158:102
