Testing.__checkValue(try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any],expression: .__fromSyntaxNode("try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any]"),comments: ["\(arguments)"],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:221:26-222:110
