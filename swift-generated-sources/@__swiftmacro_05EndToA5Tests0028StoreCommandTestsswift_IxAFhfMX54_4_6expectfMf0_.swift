Testing.__checkBinaryOperation(bytes > 504_000 / 8,{ $0 && $1() },bytes < 504_000 * 8 / 7,expression: .__fromBinaryOperation(.__fromSyntaxNode("bytes > 504_000 / 8"),"&&",.__fromSyntaxNode("bytes < 504_000 * 8 / 7")),comments: [.__line("// Level 0 and its pyramid, compressed: more than an eighth of the input and less than all of it and its pyramid."),"\(bytes)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:55:5-55:72
