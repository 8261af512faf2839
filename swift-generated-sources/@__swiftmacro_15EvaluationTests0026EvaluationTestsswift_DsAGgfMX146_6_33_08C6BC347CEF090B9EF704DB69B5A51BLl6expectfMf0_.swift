Testing.__checkFunctionCall(fault.message.self,calling: {
  $0.contains($1)
},part,expression: .__fromFunctionCall(.__fromSyntaxNode("fault.message"),"contains",(nil,.__fromSyntaxNode("part"))),comments: ["\(fault.message)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:147:7-147:64
