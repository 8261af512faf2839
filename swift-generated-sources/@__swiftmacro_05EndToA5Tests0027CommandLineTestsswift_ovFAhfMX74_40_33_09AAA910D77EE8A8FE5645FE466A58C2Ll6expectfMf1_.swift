Testing.__checkBinaryOperation(found[name],{ $0 == $1() },bytes,expression: .__fromBinaryOperation(.__fromSyntaxNode("found[name]"),"==",.__fromSyntaxNode("bytes")),comments: ["\(name) with \(ranks) ranks"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:75:41-75:101
