/// The part of a step's global batch that one rank computes.
///
/// Ranks take consecutive slices whose sizes differ by at most one; with more ranks than samples some slices are empty.
package struct BatchSlice: Sendable, Equatable {
  package let indices: Range<Int>

  package init(globalBatch: Int, rank: Int, ranks: Int) {
    precondition(ranks > 0 && (0..<ranks).contains(rank), "rank \(rank) of \(ranks)")
    indices = (globalBatch * rank / ranks)..<(globalBatch * (rank + 1) / ranks)
  }
}
