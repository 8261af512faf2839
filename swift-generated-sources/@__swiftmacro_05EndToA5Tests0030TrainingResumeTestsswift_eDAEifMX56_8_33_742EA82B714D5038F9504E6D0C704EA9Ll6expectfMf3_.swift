Testing.__checkBinaryOperation(signal == SIGKILL,{ $0 || $1() },ending.errors.contains("stopped by SIGTERM after"),expression: .__fromBinaryOperation(.__fromSyntaxNode("signal == SIGKILL"),"||",.__fromSyntaxNode(#"ending.errors.contains("stopped by SIGTERM after")"#)),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingResumeTests.swift:57:9-57:109
