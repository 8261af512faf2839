Testing.__checkBinaryOperation(ending.errors.components(separatedBy: "rank 0 on ").count,{ $0 == $1() },2,expression: .__fromBinaryOperation(.__fromSyntaxNode(#"ending.errors.components(separatedBy: "rank 0 on ").count"#),"==",.__fromSyntaxNode("2")),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:138:7-138:98
