Testing.__checkValue(try partialFiles(below: corpus) == ["run/checkpoint/.step-10.checkpoint.4194305.3.partial"],expression: .__fromSyntaxNode(#"try partialFiles(below: corpus) == ["run/checkpoint/.step-10.checkpoint.4194305.3.partial"]"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:53:5-53:105
