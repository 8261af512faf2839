Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:149:19-149:35
