Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingNetworkTests.swift:27:36-27:52
