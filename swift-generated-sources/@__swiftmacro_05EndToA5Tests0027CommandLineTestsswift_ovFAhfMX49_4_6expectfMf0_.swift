Testing.__checkBinaryOperation(version.code == 0,{ $0 && $1() },occurrences(of: "\n", in: version.output) == 1,expression: .__fromBinaryOperation(.__fromSyntaxNode("version.code == 0"),"&&",.__fromSyntaxNode(#"occurrences(of: "\n", in: version.output) == 1"#)),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:50:5-50:81
