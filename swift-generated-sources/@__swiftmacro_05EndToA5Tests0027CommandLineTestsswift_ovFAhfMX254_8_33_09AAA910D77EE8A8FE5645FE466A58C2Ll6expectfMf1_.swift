Testing.__checkValue(try Running([alone] + arguments).wait().code == 0,expression: .__fromSyntaxNode("try Running([alone] + arguments).wait().code == 0"),comments: ["\(arguments)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:255:9-255:83
