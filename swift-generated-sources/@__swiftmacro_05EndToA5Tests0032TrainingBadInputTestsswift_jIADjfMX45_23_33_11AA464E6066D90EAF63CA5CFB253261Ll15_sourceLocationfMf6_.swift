Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift:46:24-46:40
