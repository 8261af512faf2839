Testing.__checkBinaryOperation(trained.errors.contains("model.pth: "),{ $0 && $1() },trained.errors.contains("tensors loaded"),expression: .__fromBinaryOperation(.__fromSyntaxNode(#"trained.errors.contains("model.pth: ")"#),"&&",.__fromSyntaxNode(#"trained.errors.contains("tensors loaded")"#)),comments: ["\(trained.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift:99:7-99:120
