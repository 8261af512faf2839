Testing.__checkValue(try code(["evaluate", directory, directory, "--category", "cubic"]) == 64,expression: .__fromSyntaxNode(#"try code(["evaluate", directory, directory, "--category", "cubic"]) == 64"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:138:7-138:89
