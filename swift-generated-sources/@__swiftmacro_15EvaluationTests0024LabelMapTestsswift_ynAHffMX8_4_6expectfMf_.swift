Testing.__checkBinaryOperation(found,{ $0 == $1() },[255, 0, 1, 0, 255],expression: .__fromBinaryOperation(.__fromSyntaxNode("found"),"==",.__fromSyntaxNode("[255, 0, 1, 0, 255]")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/LabelMapTests.swift:9:5-9:42
