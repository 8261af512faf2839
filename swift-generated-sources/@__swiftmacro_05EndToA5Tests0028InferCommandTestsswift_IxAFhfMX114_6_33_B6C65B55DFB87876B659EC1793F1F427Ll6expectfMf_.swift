Testing.__checkFunctionCall(ending.output.self,calling: {
  $0.contains($1)
},"\"panopticQuality\"",expression: .__fromFunctionCall(.__fromSyntaxNode("ending.output"),"contains",(nil,.__fromStringLiteral(#""\"panopticQuality\"""#, #""panopticQuality""#))),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:115:7-115:61
