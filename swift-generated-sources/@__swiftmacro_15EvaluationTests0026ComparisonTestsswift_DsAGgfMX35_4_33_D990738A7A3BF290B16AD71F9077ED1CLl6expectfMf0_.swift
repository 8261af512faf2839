Testing.__checkBinaryOperation(fault?.kind == kind,{ $0 && $1() },fault?.message.contains(part) == true,expression: .__fromBinaryOperation(.__fromSyntaxNode("fault?.kind == kind"),"&&",.__fromSyntaxNode("fault?.message.contains(part) == true")),comments: ["\(fault?.message ?? "nothing")"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:36:5-36:108
