Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift:39:20-39:36
