Testing.__checkBinaryOperation(labels.code == 0,{ $0 && $1() },labels.errors == "warning: --labels of sheaf tile is deprecated; write --content labels\n",expression: .__fromBinaryOperation(.__fromSyntaxNode("labels.code == 0"),"&&",.__fromSyntaxNode(#"labels.errors == "warning: --labels of sheaf tile is deprecated; write --content labels\n""#)),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:199:7-200:120
