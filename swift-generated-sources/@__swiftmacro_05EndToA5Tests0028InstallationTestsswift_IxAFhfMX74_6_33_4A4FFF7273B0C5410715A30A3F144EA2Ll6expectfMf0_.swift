Testing.__checkBinaryOperation(ending.errors.split(separator: "\n").count,{ $0 == $1() },1,expression: .__fromBinaryOperation(.__fromSyntaxNode(#"ending.errors.split(separator: "\n").count"#),"==",.__fromSyntaxNode("1")),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InstallationTests.swift:75:7-75:83
