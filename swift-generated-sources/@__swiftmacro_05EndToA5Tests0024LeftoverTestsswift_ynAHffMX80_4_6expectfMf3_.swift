Testing.__checkValue(try readWholeFile(joinPath(parts, "z00020.tif")) == Data("deeper".utf8),expression: .__fromSyntaxNode(#"try readWholeFile(joinPath(parts, "z00020.tif")) == Data("deeper".utf8)"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:81:5-81:85
