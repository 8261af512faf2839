Testing.__checkBinaryOperation(ending.code == 64,{ $0 && $1() },ending.errors.contains(question),expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code == 64"),"&&",.__fromSyntaxNode("ending.errors.contains(question)")),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:186:7-186:89
