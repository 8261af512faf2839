Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift:41:20-41:36
