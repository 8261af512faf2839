Testing.__checkBinaryOperation(plan.code == 0 && plan.output.isEmpty,{ $0 && $1() },plan.errors.contains("prediction: uint8"),expression: .__fromBinaryOperation(.__fromSyntaxNode("plan.code == 0 && plan.output.isEmpty"),"&&",.__fromSyntaxNode(#"plan.errors.contains("prediction: uint8")"#)),comments: ["\(plan.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/EvaluateCommandTests.swift:58:7-58:116
