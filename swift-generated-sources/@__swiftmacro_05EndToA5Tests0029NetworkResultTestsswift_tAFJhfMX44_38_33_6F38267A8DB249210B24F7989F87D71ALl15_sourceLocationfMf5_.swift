Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift:45:39-45:55
