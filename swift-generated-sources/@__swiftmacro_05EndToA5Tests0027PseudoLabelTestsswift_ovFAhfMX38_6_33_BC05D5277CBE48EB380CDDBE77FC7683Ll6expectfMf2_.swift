Testing.__checkValue(wasStopped,expression: .__fromSyntaxNode("wasStopped"),comments: ["\(killed.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/PseudoLabelTests.swift:39:7-39:46
