Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift:77:22-77:38
