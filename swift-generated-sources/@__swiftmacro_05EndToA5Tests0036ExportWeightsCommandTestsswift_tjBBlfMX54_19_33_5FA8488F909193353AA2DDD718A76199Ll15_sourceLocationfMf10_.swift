Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift:55:20-55:36
