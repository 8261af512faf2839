Testing.__checkBinaryOperation(description["voxelType"] as? String,{ $0 == $1() },"uint16",expression: .__fromBinaryOperation(.__fromSyntaxNode(#"description["voxelType"] as? String"#),"==",.__fromStringLiteral(#""uint16""#, "uint16")),comments: ["\(name)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:100:7-100:74
