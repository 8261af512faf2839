Testing.__checkBinaryOperation(ending.code == 0,{ $0 && $1() },ending.output == expected.output,expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code == 0"),"&&",.__fromSyntaxNode("ending.output == expected.output")),comments: ["\(ranks) ranks: \(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/EvaluateCommandTests.swift:38:9-38:106
