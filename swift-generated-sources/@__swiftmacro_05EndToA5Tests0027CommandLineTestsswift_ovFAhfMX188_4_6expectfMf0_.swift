Testing.__checkBinaryOperation(ending.code == 64,{ $0 && $1() },ending.errors.contains("Unknown command 'frobnicate'."),expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code == 64"),"&&",.__fromSyntaxNode(#"ending.errors.contains("Unknown command 'frobnicate'.")"#)),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:189:5-189:110
