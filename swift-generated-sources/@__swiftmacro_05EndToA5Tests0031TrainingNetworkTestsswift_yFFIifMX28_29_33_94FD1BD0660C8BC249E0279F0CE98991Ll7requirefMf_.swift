Testing.__checkPropertyAccess(Model.load(model).description.self,getting: { $0.architecture },expression: .__fromPropertyAccess(.__fromSyntaxNode("Model.load(model).description"),.__fromSyntaxNode("architecture")),comments: [],isRequired: true,sourceLocation: Testing.SourceLocation.__here()).__required()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingNetworkTests.swift:29:30-29:82
