Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:144:19-144:35
