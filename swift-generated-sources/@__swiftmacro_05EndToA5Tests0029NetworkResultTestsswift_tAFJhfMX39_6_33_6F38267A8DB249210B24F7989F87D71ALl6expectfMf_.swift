Testing.__checkBinaryOperation(first.errors.components(separatedBy: "sheaf infer").count,{ $0 == $1() },2,expression: .__fromBinaryOperation(.__fromSyntaxNode(#"first.errors.components(separatedBy: "sheaf infer").count"#),"==",.__fromSyntaxNode("2")),comments: ["\(first.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift:40:7-40:97
