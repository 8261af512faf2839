Testing.__checkValue(try LabelMap(parsing: "0=0,1=1").mappedClass(of: 2) == nil,expression: .__fromSyntaxNode(#"try LabelMap(parsing: "0=0,1=1").mappedClass(of: 2) == nil"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/LabelMapTests.swift:20:5-20:72
