Testing.__checkValue(try contents(ofDirectory: several + "/pseudo/0-organ.zarr")
          == contents(ofDirectory: whole + "/pseudo/0-organ.zarr"),expression: .__fromSyntaxNode(#"try contents(ofDirectory: several + "/pseudo/0-organ.zarr")\#n          == contents(ofDirectory: whole + "/pseudo/0-organ.zarr")"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/PseudoLabelTests.swift:45:7-47:68
