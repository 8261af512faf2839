Testing.__checkClosureCall(throws: Fault.self,performing: { try LabelMap(parsing: text) },expression: .__fromSyntaxNode("try LabelMap(parsing: text)"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/LabelMapTests.swift:25:17-25:76
