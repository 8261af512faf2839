Testing.__checkValue(try readWholeFile(run + "/model.safetensors") == model,expression: .__fromSyntaxNode(#"try readWholeFile(run + "/model.safetensors") == model"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingResumeTests.swift:61:7-61:70
