Testing.__checkBinaryOperation(wrong.code == 66,{ $0 && $1() },occurrences(of: "sheaf: ", in: wrong.errors) == 1,expression: .__fromBinaryOperation(.__fromSyntaxNode("wrong.code == 66"),"&&",.__fromSyntaxNode(#"occurrences(of: "sheaf: ", in: wrong.errors) == 1"#)),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:227:7-227:85
