Testing.__checkBinaryOperation(memory.code == 64,{ $0 && $1() },memory.errors.contains("clDice of 20 × 30 × 30 voxels needs"),expression: .__fromBinaryOperation(.__fromSyntaxNode("memory.code == 64"),"&&",.__fromSyntaxNode(#"memory.errors.contains("clDice of 20 × 30 × 30 voxels needs")"#)),comments: ["\(memory.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/EvaluateCommandTests.swift:53:9-53:122
