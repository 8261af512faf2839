Testing.__checkValue(try readWholeFile(plain + "/model.safetensors") != model,expression: .__fromSyntaxNode(#"try readWholeFile(plain + "/model.safetensors") != model"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/PseudoLabelTests.swift:31:7-31:72
