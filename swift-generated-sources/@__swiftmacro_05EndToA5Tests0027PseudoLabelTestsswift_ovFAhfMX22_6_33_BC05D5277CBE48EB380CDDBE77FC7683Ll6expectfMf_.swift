Testing.__checkFunctionCall(ending.errors.self,calling: {
  $0.contains($1)
},"of the voxels are pseudo-labelled",expression: .__fromFunctionCall(.__fromSyntaxNode("ending.errors"),"contains",(nil,.__fromStringLiteral(#""of the voxels are pseudo-labelled""#, "of the voxels are pseudo-labelled"))),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/PseudoLabelTests.swift:23:7-23:95
