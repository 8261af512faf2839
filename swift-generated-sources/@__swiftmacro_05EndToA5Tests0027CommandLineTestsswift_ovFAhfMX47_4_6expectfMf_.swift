Testing.__checkBinaryOperation(help.code == 0,{ $0 && $1() },occurrences(of: "OVERVIEW", in: help.output) == 1,expression: .__fromBinaryOperation(.__fromSyntaxNode("help.code == 0"),"&&",.__fromSyntaxNode(#"occurrences(of: "OVERVIEW", in: help.output) == 1"#)),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:48:5-48:81
