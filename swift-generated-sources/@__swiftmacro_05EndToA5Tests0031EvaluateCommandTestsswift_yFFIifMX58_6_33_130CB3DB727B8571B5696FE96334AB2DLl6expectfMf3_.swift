Testing.__checkFunctionCall(plan.errors.self,calling: {
  $0.contains($1)
},"which are never 300",expression: .__fromFunctionCall(.__fromSyntaxNode("plan.errors"),"contains",(nil,.__fromStringLiteral(#""which are never 300""#, "which are never 300"))),comments: ["\(plan.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/EvaluateCommandTests.swift:59:7-59:77
