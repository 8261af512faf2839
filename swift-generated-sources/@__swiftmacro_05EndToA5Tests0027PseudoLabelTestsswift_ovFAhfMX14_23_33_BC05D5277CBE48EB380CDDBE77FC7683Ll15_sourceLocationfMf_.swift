Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/PseudoLabelTests.swift:15:24-15:40
