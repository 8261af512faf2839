Testing.__checkValue(try partialFiles(below: scratch.path) == [],expression: .__fromSyntaxNode("try partialFiles(below: scratch.path) == []"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:64:5-64:57
