Testing.__checkBinaryOperation(map.mappedClass(of: 0),{ $0 == $1() },0,expression: .__fromBinaryOperation(.__fromSyntaxNode("map.mappedClass(of: 0)"),"==",.__fromSyntaxNode("0")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/LabelMapTests.swift:14:5-14:41
