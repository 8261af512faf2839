Testing.__checkValue(try readWholeFile("\(directory)/model.safetensors") == readWholeFile("\(model)/\(Model.weightsFileName)"),expression: .__fromSyntaxNode(#"try readWholeFile("\(directory)/model.safetensors") == readWholeFile("\(model)/\(Model.weightsFileName)")"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift:48:7-49:115
