Testing.__checkValue(try readWholeFile("\(directory)/weights.safetensors") == readWholeFile("\(directory)/model/model.safetensors"),expression: .__fromSyntaxNode(#"try readWholeFile("\(directory)/weights.safetensors") == readWholeFile("\(directory)/model/model.safetensors")"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InstallationTests.swift:55:7-56:120
