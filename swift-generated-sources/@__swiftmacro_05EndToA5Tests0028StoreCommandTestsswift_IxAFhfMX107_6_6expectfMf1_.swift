Testing.__checkValue(try readWholeFile(scratch.file(name + ".again.npy")) == first,expression: .__fromSyntaxNode(#"try readWholeFile(scratch.file(name + ".again.npy")) == first"#),comments: ["\(name)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:108:7-108:88
