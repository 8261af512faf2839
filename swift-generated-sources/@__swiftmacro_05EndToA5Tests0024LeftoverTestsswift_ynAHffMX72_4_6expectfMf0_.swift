Testing.__checkBinaryOperation(refused.code == 73,{ $0 && $1() },refused.errors.contains("--overwrite"),expression: .__fromBinaryOperation(.__fromSyntaxNode("refused.code == 73"),"&&",.__fromSyntaxNode(#"refused.errors.contains("--overwrite")"#)),comments: ["\(refused.code) \(refused.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:73:5-73:111
