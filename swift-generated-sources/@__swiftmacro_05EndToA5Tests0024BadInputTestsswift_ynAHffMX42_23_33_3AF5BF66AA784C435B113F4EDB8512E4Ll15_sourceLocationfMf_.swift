Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:43:24-43:40
