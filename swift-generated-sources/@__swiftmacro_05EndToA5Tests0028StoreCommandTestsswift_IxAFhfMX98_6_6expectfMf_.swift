Testing.__checkBinaryOperation(description["extent"] as? [Int],{ $0 == $1() },[17, 31, 65],expression: .__fromBinaryOperation(.__fromSyntaxNode(#"description["extent"] as? [Int]"#),"==",.__fromSyntaxNode("[17, 31, 65]")),comments: ["\(name)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:99:7-99:74
