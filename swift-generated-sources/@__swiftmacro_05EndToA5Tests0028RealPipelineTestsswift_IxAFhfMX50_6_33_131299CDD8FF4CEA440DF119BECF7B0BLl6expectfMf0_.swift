Testing.__checkBinaryOperation(table.split(separator: "\n").count,{ $0 > $1() },1,expression: .__fromBinaryOperation(.__fromSyntaxNode(#"table.split(separator: "\n").count"#),">",.__fromSyntaxNode("1")),comments: ["\(name): no objects"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/RealPipelineTests.swift:51:7-51:77
