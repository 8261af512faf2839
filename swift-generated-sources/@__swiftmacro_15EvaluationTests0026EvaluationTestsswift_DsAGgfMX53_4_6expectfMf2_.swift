Testing.__checkBinaryOperation(abs(quality.quality! - (1 + 2.0 / 3) / 2),{ $0 < $1() },1e-15,expression: .__fromBinaryOperation(.__fromSyntaxNode("abs(quality.quality! - (1 + 2.0 / 3) / 2)"),"<",.__fromSyntaxNode("1e-15")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:54:5-54:63
