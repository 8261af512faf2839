Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift:36:24-36:40
