Testing.__checkBinaryOperation(help.code == 0,{ $0 && $1() },help.output.contains("sheaf \(name)"),expression: .__fromBinaryOperation(.__fromSyntaxNode("help.code == 0"),"&&",.__fromSyntaxNode(#"help.output.contains("sheaf \(name)")"#)),comments: ["\(help.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:251:11-251:93
