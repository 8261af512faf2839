Testing.__checkValue(try partialFiles(below: store) == [],expression: .__fromSyntaxNode("try partialFiles(below: store) == []"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:44:5-44:50
