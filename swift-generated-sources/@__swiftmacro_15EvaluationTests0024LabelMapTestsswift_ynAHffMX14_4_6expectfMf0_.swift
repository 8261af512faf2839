Testing.__checkBinaryOperation(map.mappedClass(of: 255),{ $0 == $1() },1,expression: .__fromBinaryOperation(.__fromSyntaxNode("map.mappedClass(of: 255)"),"==",.__fromSyntaxNode("1")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/LabelMapTests.swift:15:5-15:43
