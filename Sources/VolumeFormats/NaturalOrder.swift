/// File names in natural order: `z2.tif` before `z10.tif`.
package enum NaturalOrder {
  /// A name split into runs of digits and of other bytes.
  enum Part: Equatable {
    case text([UInt8])
    /// The digits without leading zeros, and the original number of digits.
    case number([UInt8], width: Int)
  }

  static func parts(of name: String) -> [Part] {
    var parts: [Part] = []
    let bytes = Array(name.utf8)
    var start = 0
    while start < bytes.count {
      let isDigit = (48...57).contains(bytes[start])
      var end = start
      while end < bytes.count, (48...57).contains(bytes[end]) == isDigit { end += 1 }
      let run = Array(bytes[start..<end])
      parts.append(isDigit ? .number(Array(run.drop { $0 == 48 }), width: run.count) : .text(run))
      start = end
    }
    return parts
  }

  /// Numbers are compared by value, everything else by bytes; of equal values, the one with fewer leading zeros comes
  /// first, so that the order is total.
  package static func precedes(_ a: String, _ b: String) -> Bool {
    let (left, right) = (parts(of: a), parts(of: b))
    for (one, other) in zip(left, right) where one != other {
      switch (one, other) {
      case (.number(let m, let widthOfM), .number(let n, let widthOfN)):
        if m.count != n.count { return m.count < n.count }
        if m != n { return m.lexicographicallyPrecedes(n) }
        return widthOfM < widthOfN
      case (.text(let m), .text(let n)): return m.lexicographicallyPrecedes(n)
      case (.number, .text): return true
      case (.text, .number): return false
      }
    }
    return left.count < right.count
  }
}
