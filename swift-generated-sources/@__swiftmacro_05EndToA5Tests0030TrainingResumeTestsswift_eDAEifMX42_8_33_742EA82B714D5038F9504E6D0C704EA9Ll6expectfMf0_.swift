Testing.__checkBinaryOperation(refused.code == 73,{ $0 && $1() },!fileExists(run + "/run.json"),expression: .__fromBinaryOperation(.__fromSyntaxNode("refused.code == 73"),"&&",.__fromSyntaxNode(#"!fileExists(run + "/run.json")"#)),comments: ["\(refused.code)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingResumeTests.swift:43:9-43:89
