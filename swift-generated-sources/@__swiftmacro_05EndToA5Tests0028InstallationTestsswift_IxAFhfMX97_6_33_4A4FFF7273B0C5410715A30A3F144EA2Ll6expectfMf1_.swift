Testing.__checkBinaryOperation(left.filter { !isDirectory("\(directory)/usr/\($0)") },{ $0 == $1() },["bin/other"],expression: .__fromBinaryOperation(.__fromSyntaxNode(#"left.filter { !isDirectory("\(directory)/usr/\($0)") }"#),"==",.__fromSyntaxNode(#"["bin/other"]"#)),comments: ["\(left)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InstallationTests.swift:98:7-98:98
