Testing.__checkBinaryOperation(both.code == 64,{ $0 && $1() },both.errors.contains("Two outputs are given: --output \(organ), and \(other)"),expression: .__fromBinaryOperation(.__fromSyntaxNode("both.code == 64"),"&&",.__fromSyntaxNode(#"both.errors.contains("Two outputs are given: --output \(organ), and \(other)")"#)),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:171:7-171:113
