Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift:21:39-21:55
