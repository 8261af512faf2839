Testing.__checkBinaryOperation(ending.code == 66,{ $0 && $1() },occurrences(of: "sheaf: ", in: ending.errors) == 1,expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code == 66"),"&&",.__fromSyntaxNode(#"occurrences(of: "sheaf: ", in: ending.errors) == 1"#)),comments: ["\(arguments)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:266:9-266:105
