Testing.__checkBinaryOperation(table.count,{ $0 > $1() },1000,expression: .__fromBinaryOperation(.__fromSyntaxNode("table.count"),">",.__fromSyntaxNode("1000")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:70:7-70:34
