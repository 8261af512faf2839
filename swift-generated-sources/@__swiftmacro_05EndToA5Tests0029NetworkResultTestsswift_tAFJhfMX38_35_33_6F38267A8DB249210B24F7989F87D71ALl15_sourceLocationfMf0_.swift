Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift:39:36-39:52
