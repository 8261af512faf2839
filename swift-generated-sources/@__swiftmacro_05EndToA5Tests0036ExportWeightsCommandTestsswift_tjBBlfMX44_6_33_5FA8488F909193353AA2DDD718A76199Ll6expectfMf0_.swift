Testing.__checkValue(try readWholeFile(output) == first,expression: .__fromSyntaxNode("try readWholeFile(output) == first"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift:45:7-45:50
