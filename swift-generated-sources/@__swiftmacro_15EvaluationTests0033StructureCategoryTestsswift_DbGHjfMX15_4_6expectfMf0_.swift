Testing.__checkBinaryOperation(StructureCategory(rawValue: "cubic"),{ $0 == $1() },nil,expression: .__fromBinaryOperation(.__fromSyntaxNode(#"StructureCategory(rawValue: "cubic")"#),"==",.__fromSyntaxNode("nil")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/StructureCategoryTests.swift:16:5-16:57
