Testing.__checkBinaryOperation(found.keys.sorted(),{ $0 == $1() },expected.keys.sorted(),expression: .__fromBinaryOperation(.__fromSyntaxNode("found.keys.sorted()"),"==",.__fromSyntaxNode("expected.keys.sorted()")),comments: ["\(ranks) ranks"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:74:9-74:81
