Testing.__checkValue(try sheaf(select + ["--export-nifti", scratch.file("nifti")]).code == 0,expression: .__fromSyntaxNode(#"try sheaf(select + ["--export-nifti", scratch.file("nifti")]).code == 0"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:52:5-52:85
