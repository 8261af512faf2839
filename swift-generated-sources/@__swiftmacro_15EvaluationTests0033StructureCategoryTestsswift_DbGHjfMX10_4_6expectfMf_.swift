Testing.__checkBinaryOperation(StructureCategory(structure: structure),{ $0 == $1() },expected,expression: .__fromBinaryOperation(.__fromSyntaxNode("StructureCategory(structure: structure)"),"==",.__fromSyntaxNode("expected")),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/StructureCategoryTests.swift:11:5-11:65
