Testing.__checkValue(differences(try contents(ofDirectory: store), alone) == [],expression: .__fromSyntaxNode("differences(try contents(ofDirectory: store), alone) == []"),comments: ["after \(files) files"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:94:9-94:100
