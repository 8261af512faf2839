Testing.__checkBinaryOperation(attributes["structure"] as? String,{ $0 == $1() },"vessels",expression: .__fromBinaryOperation(.__fromSyntaxNode(#"attributes["structure"] as? String"#),"==",.__fromStringLiteral(#""vessels""#, "vessels")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:61:5-61:61
