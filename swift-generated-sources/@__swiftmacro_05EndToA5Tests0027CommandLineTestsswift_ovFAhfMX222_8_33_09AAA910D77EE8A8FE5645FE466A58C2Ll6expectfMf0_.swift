Testing.__checkBinaryOperation(result["formatVersion"] as? Int,{ $0 == $1() },1,expression: .__fromBinaryOperation(.__fromSyntaxNode(#"result["formatVersion"] as? Int"#),"==",.__fromSyntaxNode("1")),comments: ["\(arguments)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:223:9-223:70
