Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift:48:24-48:40
