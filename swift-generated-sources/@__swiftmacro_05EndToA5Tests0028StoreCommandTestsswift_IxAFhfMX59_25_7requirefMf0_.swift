Testing.__checkCast(ofStore["attributes"],as: ([String: Any]).self,expression: .__fromBinaryOperation(.__fromSyntaxNode(#"ofStore["attributes"]"#),"as?",.__fromSyntaxNode("[String: Any]")),comments: [],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:60:26-60:75
