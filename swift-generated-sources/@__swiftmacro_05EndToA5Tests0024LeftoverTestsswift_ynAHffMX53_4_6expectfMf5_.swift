Testing.__checkValue(try partialFiles(below: scratch.file("nifti")) == [],expression: .__fromSyntaxNode(#"try partialFiles(below: scratch.file("nifti")) == []"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:54:5-54:66
