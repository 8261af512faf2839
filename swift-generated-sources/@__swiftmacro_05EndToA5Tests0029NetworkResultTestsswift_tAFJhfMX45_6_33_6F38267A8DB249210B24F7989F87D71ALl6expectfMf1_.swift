Testing.__checkFunctionCall(repeated.errors.self,calling: {
  $0.contains($1)
},"done already",expression: .__fromNegation(.__fromFunctionCall(.__fromSyntaxNode("repeated.errors"),"contains",(nil,.__fromStringLiteral(#""done already""#, "done already"))), false),comments: ["\(repeated.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift:46:7-46:79
