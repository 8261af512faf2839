Testing.__checkBinaryOperation(none.code == 64,{ $0 && $1() },none.errors.contains("No output is given. Add --output PATH"),expression: .__fromBinaryOperation(.__fromSyntaxNode("none.code == 64"),"&&",.__fromSyntaxNode(#"none.errors.contains("No output is given. Add --output PATH")"#)),comments: ["\(none.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:169:7-169:114
