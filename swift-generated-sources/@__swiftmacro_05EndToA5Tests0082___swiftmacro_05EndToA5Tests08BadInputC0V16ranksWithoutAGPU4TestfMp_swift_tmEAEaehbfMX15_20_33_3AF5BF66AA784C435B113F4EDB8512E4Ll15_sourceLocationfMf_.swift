Testing.SourceLocation.__here()

// original-source-range: @__swiftmacro_05EndToA5Tests08BadInputC0V16ranksWithoutAGPU4TestfMp_.swift:16:21-16:37
