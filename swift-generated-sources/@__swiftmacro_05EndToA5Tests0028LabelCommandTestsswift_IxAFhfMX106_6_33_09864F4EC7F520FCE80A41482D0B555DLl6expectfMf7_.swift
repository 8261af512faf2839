Testing.__checkValue(try added.levels[0].read(Region(added.extent)).array(of: UInt32.self)
          == reference.levels[0].read(Region(added.extent)).array(of: UInt32.self),expression: .__fromSyntaxNode("try added.levels[0].read(Region(added.extent)).array(of: UInt32.self)\n          == reference.levels[0].read(Region(added.extent)).array(of: UInt32.self)"),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:107:7-109:84
