Testing.__checkValue(try partialFiles(below: run) == [],expression: .__fromSyntaxNode("try partialFiles(below: run) == []"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingResumeTests.swift:64:7-64:50
