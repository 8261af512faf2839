Testing.__checkClosureCall(throws: Fault.self,performing: {
          try Skeleton(mask, extent: extent, listsForeground: listsForeground) {
            asked.add(1)
            if asked.count % 3 == 0 { throw Fault.stopped("stopped") }
          }
        },expression: .__fromSyntaxNode(#"try Skeleton(mask, extent: extent, listsForeground: listsForeground) {\#n            asked.add(1)\#n            if asked.count % 3 == 0 { throw Fault.stopped("stopped") }\#n          }"#),comments: [],isRequired: false,sourceLocation: Testing.SourceLocation.__here()).__expected()

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:127:9-132:10
