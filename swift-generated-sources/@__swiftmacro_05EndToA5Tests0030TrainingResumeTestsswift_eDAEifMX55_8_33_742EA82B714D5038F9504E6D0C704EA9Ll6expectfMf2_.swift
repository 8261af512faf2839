Testing.__checkValue(wasStopped,expression: .__fromSyntaxNode("wasStopped"),comments: [.__line("// The exit code is mpirun's own."),"\(ending.errors)"],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingResumeTests.swift:56:9-56:48
