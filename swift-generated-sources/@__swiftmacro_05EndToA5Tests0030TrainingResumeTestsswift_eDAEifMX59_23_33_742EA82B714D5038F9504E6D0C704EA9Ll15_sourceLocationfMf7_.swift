Testing.SourceLocation.__here()

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingResumeTests.swift:60:24-60:40
