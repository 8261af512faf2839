Testing.__checkBinaryOperation(ofStore["extent"] as? [Int] == [40, 70, 90],{ $0 && $1() },ofStore["formatVersion"] as? Int == 1,expression: .__fromBinaryOperation(.__fromSyntaxNode(#"ofStore["extent"] as? [Int] == [40, 70, 90]"#),"&&",.__fromSyntaxNode(#"ofStore["formatVersion"] as? Int == 1"#)),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:59:5-59:98
