Testing.__checkPropertyAccess(ending.output.self,getting: { $0.isEmpty },expression: .__fromPropertyAccess(.__fromSyntaxNode("ending.output"),.__fromSyntaxNode("isEmpty")),comments: [],isRequired: false,sourceLocation: location).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift:18:5-18:61
