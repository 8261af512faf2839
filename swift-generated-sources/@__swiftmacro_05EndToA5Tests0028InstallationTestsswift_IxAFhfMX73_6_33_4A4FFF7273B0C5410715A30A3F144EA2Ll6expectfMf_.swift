Testing.__checkBinaryOperation(ending.code == 66,{ $0 && $1() },ending.output.isEmpty,expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code == 66"),"&&",.__fromSyntaxNode("ending.output.isEmpty")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InstallationTests.swift:74:7-74:58
