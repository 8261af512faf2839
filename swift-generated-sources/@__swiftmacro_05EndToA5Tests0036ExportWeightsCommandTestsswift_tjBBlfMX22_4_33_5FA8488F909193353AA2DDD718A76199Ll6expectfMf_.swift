Testing.__checkBinaryOperation(ending.code == code,{ $0 && $1() },sentences.count == 1,expression: .__fromBinaryOperation(.__fromSyntaxNode("ending.code == code"),"&&",.__fromSyntaxNode("sentences.count == 1")),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: location).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift:23:5-23:103
