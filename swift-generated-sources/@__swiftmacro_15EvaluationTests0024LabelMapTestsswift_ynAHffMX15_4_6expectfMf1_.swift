Testing.__checkBinaryOperation(map.mappedClass(of: -3),{ $0 == $1() },1,expression: .__fromBinaryOperation(.__fromSyntaxNode("map.mappedClass(of: -3)"),"==",.__fromSyntaxNode("1")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/LabelMapTests.swift:16:5-16:42
