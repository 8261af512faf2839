Testing.__checkValue(try fixture.sheaf(infer).errors.contains("all of them done already"),expression: .__fromSyntaxNode(#"try fixture.sheaf(infer).errors.contains("all of them done already")"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift:44:7-44:84
