Testing.__checkFunctionCall(sentences.joined().self,calling: {
  $0.contains($1)
},word,expression: .__fromFunctionCall(.__fromSyntaxNode("sentences.joined()"),"contains",(nil,.__fromSyntaxNode("word"))),comments: ["\(ending.errors)"],isRequired: false,sourceLocation: location).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift:17:25-17:113
