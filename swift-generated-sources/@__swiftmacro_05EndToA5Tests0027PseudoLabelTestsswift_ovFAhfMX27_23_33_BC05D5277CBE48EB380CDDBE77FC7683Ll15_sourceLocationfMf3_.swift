Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/PseudoLabelTests.swift:28:24-28:40
