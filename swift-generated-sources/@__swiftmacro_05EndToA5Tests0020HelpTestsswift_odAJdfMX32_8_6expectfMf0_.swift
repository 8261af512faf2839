Testing.__checkBinaryOperation(page,{ $0 == $1() },expected,expression: .__fromBinaryOperation(.__fromSyntaxNode("page"),"==",.__fromSyntaxNode("expected")),comments: ["the help of \(command) has changed; if it should have, run with SHEAF_UPDATE_HELP=1"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/HelpTests.swift:33:9-33:121
