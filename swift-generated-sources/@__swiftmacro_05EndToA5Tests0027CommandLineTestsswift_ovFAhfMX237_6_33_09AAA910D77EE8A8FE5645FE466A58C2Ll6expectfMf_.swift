Testing.__checkBinaryOperation(tile.code == 0,{ $0 && $1() },occurrences(of: "sheaf tile", in: tile.errors) == 1,expression: .__fromBinaryOperation(.__fromSyntaxNode("tile.code == 0"),"&&",.__fromSyntaxNode(#"occurrences(of: "sheaf tile", in: tile.errors) == 1"#)),comments: ["\(tile.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:238:7-238:103
