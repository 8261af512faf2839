Testing.__checkValue(Set(try directoryEntries(directory)) == ["model", "model.pth", "state.pt", "model.safetensors"],expression: .__fromSyntaxNode(#"Set(try directoryEntries(directory)) == ["model", "model.pth", "state.pt", "model.safetensors"]"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift:59:7-59:111
