Testing.__checkBinaryOperation(StructureCategory(structure: "autofluorescence"),{ $0 == $1() },nil,expression: .__fromBinaryOperation(.__fromSyntaxNode(#"StructureCategory(structure: "autofluorescence")"#),"==",.__fromSyntaxNode("nil")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/StructureCategoryTests.swift:15:5-15:69
