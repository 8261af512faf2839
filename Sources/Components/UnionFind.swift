/// Disjoint sets of the numbers 0..<count, each set named by its smallest number.
///
/// Because the name does not depend on the order of the unions, sets found in any order come out the same. Finding
/// halves the paths it walks, so that it takes amortised logarithmic time (Tarjan and van Leeuwen, "Worst-case analysis
/// of set union algorithms", J. ACM 31, 1984). 8 bytes a number.
package struct UnionFind: Sendable {
  private var parents: [Int]

  package init(count: Int = 0) { parents = Array(0..<count) }

  package var count: Int { parents.count }

  /// Adds a set of one, and returns its number.
  package mutating func append() -> Int {
    parents.append(parents.count)
    return parents.count - 1
  }

  /// Adds `count` sets of one.
  package mutating func append(count: Int) {
    parents.append(contentsOf: parents.count..<(parents.count + count))
  }

  /// The smallest number of the set that `element` is in.
  package mutating func find(_ element: Int) -> Int {
    var current = element
    while parents[current] != current {
      parents[current] = parents[parents[current]]
      current = parents[current]
    }
    return current
  }

  package mutating func union(_ a: Int, _ b: Int) {
    let rootA = find(a)
    let rootB = find(b)
    if rootA < rootB { parents[rootB] = rootA } else if rootB < rootA { parents[rootA] = rootB }
  }

  /// For every number the rank of its set, sets counted in the order of their smallest numbers, and how many sets
  /// there are.
  package mutating func ranks() -> (ranks: [Int], count: Int) {
    var ranks = [Int](repeating: 0, count: parents.count)
    var sets = 0
    for element in parents.indices {
      let root = find(element)
      if root == element {
        ranks[element] = sets
        sets += 1
      } else {
        // The root is smaller, so its rank is known.
        ranks[element] = ranks[root]
      }
    }
    return (ranks, sets)
  }
}
