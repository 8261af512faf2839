Testing.__checkValue(try readWholeFile(probabilities) == sound.0,expression: .__fromSyntaxNode("try readWholeFile(probabilities) == sound.0"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift:47:7-47:59
