Testing.__checkBinaryOperation(other.code == 73,{ $0 && $1() },other.errors.contains("expected \"seed: 2\", found \"seed: 1\""),expression: .__fromBinaryOperation(.__fromSyntaxNode("other.code == 73"),"&&",.__fromSyntaxNode(#"other.errors.contains("expected \"seed: 2\", found \"seed: 1\"")"#)),comments: ["\(other.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:117:7-117:119
