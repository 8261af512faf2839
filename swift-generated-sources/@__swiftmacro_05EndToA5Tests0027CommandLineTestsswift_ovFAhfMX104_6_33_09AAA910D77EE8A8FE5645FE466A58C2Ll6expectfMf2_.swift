Testing.__checkBinaryOperation(left,{ $0 == $1() },["phantom"],expression: .__fromBinaryOperation(.__fromSyntaxNode("left"),"==",.__fromSyntaxNode(#"["phantom"]"#)),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:105:7-105:35
