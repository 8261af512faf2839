/// The names nearest to `name`, if any is near enough to be a slip of the fingers; equally near ones in their order.
package func nearestNames(to name: String, among known: [String]) -> [String] {
  let limit = max(1, name.count / 3)
  let distances = known.map { (name: $0, distance: editDistance($0, name)) }
  guard let least = distances.map(\.distance).min(), least <= limit else {
    return known.filter { name.count >= 3 && $0.hasPrefix(name) }
  }
  return distances.filter { $0.distance == least }.map(\.name)
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other (optimal string
/// alignment).
package func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var best = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
      row.append(best)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
