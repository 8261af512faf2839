Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift:43:24-43:40
