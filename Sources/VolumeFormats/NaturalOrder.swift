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

  /// Why the order of planes with these sorted names may be wrong: gaps, or more than one number that varies.
  package static func doubts(about names: [String]) -> [String] {
    let cut = names.map(parts)
    guard let first = cut.first, names.count > 1, cut.allSatisfy({ $0.count == first.count }) else { return [] }
    var varying: [Int] = []
    for index in first.indices where cut.contains(where: { $0[index] != first[index] }) {
      guard case .number = first[index] else { return ["the plane names differ in more than their numbers"] }
      varying.append(index)
    }
    guard varying.count == 1 else {
      return varying.isEmpty
        ? [] : ["\(varying.count) numbers vary in the plane names; all planes are read as one series along z"]
    }
    let numbers = cut.compactMap { parts -> Int? in
      guard case .number(let digits, _) = parts[varying[0]] else { return nil }
      return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self))
    }
    guard numbers.count == names.count else { return [] }
    let steps = zip(numbers, numbers.dropFirst()).map { $1.subtractingReportingOverflow($0).partialValue }
    let usual = steps.min() ?? 1
    let gaps = zip(numbers, steps).filter { $0.1 != usual }
    if gaps.isEmpty || usual < 1 { return [] }
    let places = gaps.prefix(3).map { "after \($0.0)" }.joined(separator: ", ")
    return [
      "the plane numbers have gaps (\(places)\(gaps.count > 3 ? ", …" : "")); the existing planes are treated as consecutive"
    ]
  }
}
