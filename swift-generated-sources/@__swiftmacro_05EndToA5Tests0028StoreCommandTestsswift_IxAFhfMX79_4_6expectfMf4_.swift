Testing.__checkBinaryOperation(repair.code == 0,{ $0 && $1() },repair.output.contains("2 shards rebuilt"),expression: .__fromBinaryOperation(.__fromSyntaxNode("repair.code == 0"),"&&",.__fromSyntaxNode(#"repair.output.contains("2 shards rebuilt")"#)),comments: ["\(repair.errors)\(repair.output)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:80:5-80:112
