Testing.__checkFunctionCall(ending.errors.self,calling: {
  $0.contains($1)
},"Did you mean",expression: .__fromNegation(.__fromFunctionCall(.__fromSyntaxNode("ending.errors"),"contains",(nil,.__fromStringLiteral(#""Did you mean""#, "Did you mean"))), false),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:190:5-190:53
