Testing.__checkBinaryOperation(names.contains("phantom"),{ $0 && $1() },names.contains("tile"),expression: .__fromBinaryOperation(.__fromSyntaxNode(#"names.contains("phantom")"#),"&&",.__fromSyntaxNode(#"names.contains("tile")"#)),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:37:5-37:65
