Testing.__checkValue(try Running([alone, "info", "x"]).wait().errors.contains("cannot read x"),expression: .__fromSyntaxNode(#"try Running([alone, "info", "x"]).wait().errors.contains("cannot read x")"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:269:7-269:89
