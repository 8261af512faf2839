Testing.__checkBinaryOperation(expected.count,{ $0 > $1() },10,expression: .__fromBinaryOperation(.__fromSyntaxNode("expected.count"),">",.__fromSyntaxNode("10")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:71:7-71:35
