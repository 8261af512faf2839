Testing.__checkValue(try evaluate(predicted, truth, settings) == whole,expression: .__fromSyntaxNode("try evaluate(predicted, truth, settings) == whole"),comments: ["\(extent) by \(planes) planes"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:35:15-35:106
