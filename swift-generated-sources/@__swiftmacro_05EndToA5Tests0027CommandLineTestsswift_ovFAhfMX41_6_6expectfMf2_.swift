Testing.__checkBinaryOperation(help.output.contains("Example"),{ $0 && $1() },help.output.contains("sheaf \(name)"),expression: .__fromBinaryOperation(.__fromSyntaxNode(#"help.output.contains("Example")"#),"&&",.__fromSyntaxNode(#"help.output.contains("sheaf \(name)")"#)),comments: ["\(name)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:42:7-42:99
