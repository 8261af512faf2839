Testing.__checkValue(differences(try contents(ofDirectory: store), before) == [],expression: .__fromSyntaxNode("differences(try contents(ofDirectory: store), before) == []"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:91:5-91:73
