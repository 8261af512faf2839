Testing.__checkBinaryOperation(extents.code == 65,{ $0 && $1() },extents.errors.contains("volumes of one extent"),expression: .__fromBinaryOperation(.__fromSyntaxNode("extents.code == 65"),"&&",.__fromSyntaxNode(#"extents.errors.contains("volumes of one extent")"#)),comments: ["\(extents.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/EvaluateCommandTests.swift:51:9-51:109
