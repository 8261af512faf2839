Testing.__checkValue(try sheaf(phantom).code == 0,expression: .__fromSyntaxNode("try sheaf(phantom).code == 0"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:36:5-36:42
