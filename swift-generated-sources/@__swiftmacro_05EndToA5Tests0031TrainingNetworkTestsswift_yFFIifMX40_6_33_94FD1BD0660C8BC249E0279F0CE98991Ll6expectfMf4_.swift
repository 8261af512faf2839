Testing.__checkBinaryOperation(other.code,{ $0 == $1() },65,expression: .__fromBinaryOperation(.__fromSyntaxNode("other.code"),"==",.__fromSyntaxNode("65")),comments: ["\(other.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingNetworkTests.swift:41:7-41:51
