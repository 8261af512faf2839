Testing.__checkValue(try FileLock(run + "/.lock"),expression: .__fromSyntaxNode(#"try FileLock(run + "/.lock")"#),comments: [],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingResumeTests.swift:40:25-40:63
