Testing.__checkBinaryOperation(probabilities.extent == Extent(24, 48, 48),{ $0 && $1() },probabilities.isFinished,expression: .__fromBinaryOperation(.__fromSyntaxNode("probabilities.extent == Extent(24, 48, 48)"),"&&",.__fromSyntaxNode("probabilities.isFinished")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/PseudoLabelTests.swift:25:7-25:86
