Testing.__checkBinaryOperation(starved.code == 64,{ $0 && $1() },occurrences(of: "give at least --memory", in: starved.errors) == 1,expression: .__fromBinaryOperation(.__fromSyntaxNode("starved.code == 64"),"&&",.__fromSyntaxNode(#"occurrences(of: "give at least --memory", in: starved.errors) == 1"#)),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:101:7-101:104
