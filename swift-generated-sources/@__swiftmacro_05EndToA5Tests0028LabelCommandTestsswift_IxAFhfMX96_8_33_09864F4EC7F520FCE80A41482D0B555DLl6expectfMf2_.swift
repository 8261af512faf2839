Testing.__checkValue(differences(try contents(ofDirectory: store), wanted) == [],expression: .__fromSyntaxNode("differences(try contents(ofDirectory: store), wanted) == []"),comments: ["after \(files) files"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:97:9-97:101
