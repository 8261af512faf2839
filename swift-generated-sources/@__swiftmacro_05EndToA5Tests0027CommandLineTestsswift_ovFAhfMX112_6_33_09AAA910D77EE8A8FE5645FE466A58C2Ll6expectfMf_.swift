Testing.__checkValue(try Running([builtProgram("sheaf")] + first).wait().code == 0,expression: .__fromSyntaxNode(#"try Running([builtProgram("sheaf")] + first).wait().code == 0"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:113:7-113:77
