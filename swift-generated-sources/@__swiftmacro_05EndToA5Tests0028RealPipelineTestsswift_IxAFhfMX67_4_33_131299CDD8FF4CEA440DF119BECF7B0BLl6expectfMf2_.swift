Testing.__checkBinaryOperation(annotated > 30_000,{ $0 && $1() },annotated <= 3 * 120 * 120,expression: .__fromBinaryOperation(.__fromSyntaxNode("annotated > 30_000"),"&&",.__fromSyntaxNode("annotated <= 3 * 120 * 120")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/RealPipelineTests.swift:68:5-68:62
