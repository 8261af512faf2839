Testing.__checkValue(differences(try contents(ofDirectory: "\(directory)/ranks\(ranks).zarr"), alone) == [],expression: .__fromSyntaxNode(#"differences(try contents(ofDirectory: "\(directory)/ranks\(ranks).zarr"), alone) == []"#),comments: ["\(ranks) ranks"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:73:9-74:116
