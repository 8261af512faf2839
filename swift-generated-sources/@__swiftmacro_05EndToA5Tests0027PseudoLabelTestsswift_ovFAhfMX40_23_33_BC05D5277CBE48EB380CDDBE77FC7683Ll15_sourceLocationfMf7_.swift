Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/PseudoLabelTests.swift:41:24-41:40
