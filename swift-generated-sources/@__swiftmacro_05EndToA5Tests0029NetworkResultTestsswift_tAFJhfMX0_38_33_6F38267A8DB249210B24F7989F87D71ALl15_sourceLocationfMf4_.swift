Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift:1:39-1:55
