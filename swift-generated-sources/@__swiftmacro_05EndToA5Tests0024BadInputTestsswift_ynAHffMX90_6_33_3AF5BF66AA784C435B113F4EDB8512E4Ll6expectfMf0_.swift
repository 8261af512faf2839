Testing.__checkValue(try directoryEntries(organ).sorted() == before,expression: .__fromSyntaxNode("try directoryEntries(organ).sorted() == before"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:91:7-91:62
