Testing.__checkBinaryOperation(commands.contains("tile"),{ $0 && $1() },commands.contains("infer"),expression: .__fromBinaryOperation(.__fromSyntaxNode(#"commands.contains("tile")"#),"&&",.__fromSyntaxNode(#"commands.contains("infer")"#)),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/HelpTests.swift:25:5-25:69
