Testing.__checkBinaryOperation(unknown.code == 65,{ $0 && $1() },unknown.errors.contains("the label 4"),expression: .__fromBinaryOperation(.__fromSyntaxNode("unknown.code == 65"),"&&",.__fromSyntaxNode(#"unknown.errors.contains("the label 4")"#)),comments: ["\(unknown.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/EvaluateCommandTests.swift:55:9-55:99
