Testing.__checkValue(try readWholeFile(run + "/model.safetensors") == model,expression: .__fromSyntaxNode(#"try readWholeFile(run + "/model.safetensors") == model"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift:83:7-83:70
