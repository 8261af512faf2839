Testing.__checkBinaryOperation(dry.code == 0 && dry.output.isEmpty,{ $0 && $1() },occurrences(of: "sheaf phantom: ", in: dry.errors) == 1,expression: .__fromBinaryOperation(.__fromSyntaxNode("dry.code == 0 && dry.output.isEmpty"),"&&",.__fromSyntaxNode(#"occurrences(of: "sheaf phantom: ", in: dry.errors) == 1"#)),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:99:7-99:110
