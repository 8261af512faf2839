Testing.__checkValue(try directoryEntries(organ).sorted() == directoryEntries(other).sorted(),expression: .__fromSyntaxNode("try directoryEntries(organ).sorted() == directoryEntries(other).sorted()"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:175:7-175:88
