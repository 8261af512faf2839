Testing.__checkValue(try Running(["cp", builtProgram("sheaf"), alone]).wait().code == 0,expression: .__fromSyntaxNode(#"try Running(["cp", builtProgram("sheaf"), alone]).wait().code == 0"#),comments: [.__line("// By another process: a program that this one has open for writing could not be started while some thread of it"),.__line("// starts others, which inherit what is open for a moment.")],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:247:7-247:82
