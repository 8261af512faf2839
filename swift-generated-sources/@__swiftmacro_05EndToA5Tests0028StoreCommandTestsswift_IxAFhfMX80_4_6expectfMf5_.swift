Testing.__checkValue(differences(try contents(ofDirectory: store), sound) == [],expression: .__fromSyntaxNode("differences(try contents(ofDirectory: store), sound) == []"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:81:5-81:72
