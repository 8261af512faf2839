Testing.__checkBinaryOperation(foreign.code == 73,{ $0 && $1() },foreign.errors.contains("z00020.tif"),expression: .__fromBinaryOperation(.__fromSyntaxNode("foreign.code == 73"),"&&",.__fromSyntaxNode(#"foreign.errors.contains("z00020.tif")"#)),comments: ["\(foreign.code) \(foreign.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:80:5-80:110
