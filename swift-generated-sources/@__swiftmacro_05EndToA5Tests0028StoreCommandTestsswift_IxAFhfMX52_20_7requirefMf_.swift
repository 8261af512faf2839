Testing.__checkCast(estimate["estimatedStoreInBytes"],as: (Int).self,expression: .__fromBinaryOperation(.__fromSyntaxNode(#"estimate["estimatedStoreInBytes"]"#),"as?",.__fromSyntaxNode("Int")),comments: [],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:53:21-53:72
