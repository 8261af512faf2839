Testing.__checkValue(try partialFiles(below: directory) == [],expression: .__fromSyntaxNode("try partialFiles(below: directory) == []"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:98:7-98:56
