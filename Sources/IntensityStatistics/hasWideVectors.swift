import CVectors

/// Whether the processor has vectors of 256 bits: asked once.
let hasWideVectors = sheaf_has_wide_vectors() != 0
