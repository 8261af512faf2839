Testing.__checkBinaryOperation(corpus.code == 0,{ $0 && $1() },corpus.errors.contains("write --patch-size"),expression: .__fromBinaryOperation(.__fromSyntaxNode("corpus.code == 0"),"&&",.__fromSyntaxNode(#"corpus.errors.contains("write --patch-size")"#)),comments: ["\(corpus.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:204:7-204:100
