Testing.__checkFunctionCall((0...1).self,calling: {
  $0.contains($1)
},dice,expression: .__fromFunctionCall(.__fromSyntaxNode("(0...1)"),"contains",(nil,.__fromSyntaxNode("dice"))),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/RealPipelineTests.swift:65:5-65:36
