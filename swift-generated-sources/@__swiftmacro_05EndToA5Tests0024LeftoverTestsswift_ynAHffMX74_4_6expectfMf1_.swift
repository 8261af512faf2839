Testing.__checkValue(differences(try contents(ofDirectory: parts), try contents(ofDirectory: whole)) == [],expression: .__fromSyntaxNode("differences(try contents(ofDirectory: parts), try contents(ofDirectory: whole)) == []"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:75:5-75:99
