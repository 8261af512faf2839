Testing.__checkBinaryOperation(ending.output.contains("0/c/1/1/0"),{ $0 && $1() },ending.output.contains("1/c/0/1/0"),expression: .__fromBinaryOperation(.__fromSyntaxNode(#"ending.output.contains("0/c/1/1/0")"#),"&&",.__fromSyntaxNode(#"ending.output.contains("1/c/0/1/0")"#)),comments: ["\(ending.output)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:75:5-75:108
