Testing.__checkValue(try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any],expression: .__fromSyntaxNode("try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any]"),comments: [],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:35:16-35:108
