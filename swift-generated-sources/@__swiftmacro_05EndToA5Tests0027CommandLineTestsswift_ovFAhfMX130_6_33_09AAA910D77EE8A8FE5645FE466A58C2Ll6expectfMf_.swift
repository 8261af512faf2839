Testing.__checkValue(try sheaf(tile).code == 0,expression: .__fromSyntaxNode("try sheaf(tile).code == 0"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:131:7-131:41
