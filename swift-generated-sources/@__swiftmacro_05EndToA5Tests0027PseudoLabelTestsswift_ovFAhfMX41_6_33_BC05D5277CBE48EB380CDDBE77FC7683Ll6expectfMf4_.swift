Testing.__checkValue(try readWholeFile(parts + "/model.safetensors") == model,expression: .__fromSyntaxNode(#"try readWholeFile(parts + "/model.safetensors") == model"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/PseudoLabelTests.swift:42:7-42:72
