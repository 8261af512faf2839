Testing.__checkBinaryOperation(ending.code == 64,{ $0 && $1() },occurrences(of: "Error: ", in: ending.errors) == 1,expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code == 64"),"&&",.__fromSyntaxNode(#"occurrences(of: "Error: ", in: ending.errors) == 1"#)),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:55:7-55:107
