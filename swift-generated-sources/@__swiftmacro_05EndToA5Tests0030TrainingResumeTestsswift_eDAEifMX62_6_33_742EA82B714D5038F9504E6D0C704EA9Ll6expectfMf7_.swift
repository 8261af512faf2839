Testing.__checkBinaryOperation(curve(run),{ $0 == $1() },curve(whole),expression: .__fromBinaryOperation(.__fromSyntaxNode("curve(run)"),"==",.__fromSyntaxNode("curve(whole)")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingResumeTests.swift:63:7-63:42
