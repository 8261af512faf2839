import Files

extension Model {
  /// The smallest tile, at least as large as `wanted` along every axis, that the network takes, (z, y, x).
  ///
  /// An architecture tells of what its edges must be multiples. A TorchScript module does not: it is tried on zeros, first
  /// with the tile that is wanted, then with edges rounded up to multiples of small numbers, the smallest tile first.
  ///
  /// - Throws: `Fault` of kind `badData`, with the reason for the tile that is wanted, when a module takes none of them.
  package func tile(holding wanted: [Int]) throws -> [Int] {
    guard isScript else { return zip(wanted, tileMultiple).map { roundedUp($0, to: $1) } }
    var refusal: Fault?
    for tile in Self.candidates(wanted) {
      do {
        let zeros = [Float](repeating: 0, count: tile.reduce(1, *))
        _ = try zeros.withUnsafeBufferPointer { try predict($0, extent: tile) }
        return tile
      } catch is OutputNotFinite {
        // It takes the tile; what it makes of those of the volume will be seen.
        return tile
      } catch let fault as Fault where fault.kind == .badData {
        refusal = refusal ?? fault
      }
    }
    throw refusal!
  }

  /// Halving a map once to six times is usual; a few networks reduce by 3, 5 or 7.
  private static let divisors = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64, 96, 128]

  private static func candidates(_ wanted: [Int]) -> [[Int]] {
    let all = Set(divisors.map { divisor in wanted.map { roundedUp($0, to: divisor) } })
    return all.sorted { ($0.reduce(1, *), $0[0], $0[1]) < ($1.reduce(1, *), $1[0], $1[1]) }
  }
}

private func roundedUp(_ edge: Int, to multiple: Int) -> Int { (edge + multiple - 1) / multiple * multiple }
