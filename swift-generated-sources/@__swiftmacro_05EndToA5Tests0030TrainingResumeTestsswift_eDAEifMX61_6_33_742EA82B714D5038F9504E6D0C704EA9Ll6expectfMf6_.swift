Testing.__checkValue(try readWholeFile(run + "/validation.json") == validation,expression: .__fromSyntaxNode(#"try readWholeFile(run + "/validation.json") == validation"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingResumeTests.swift:62:7-62:73
