Testing.__checkValue(try partialFiles(below: organ) == [],expression: .__fromSyntaxNode("try partialFiles(below: organ) == []"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:37:5-37:50
