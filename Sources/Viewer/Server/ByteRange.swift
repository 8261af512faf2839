/// The `Range` header of HTTP (RFC 9110, section 14): one range of bytes in each of its three forms.
package enum ByteRange: Equatable, Sendable {
  /// `a-b`: both included.
  case closed(Int, Int)
  /// `a-`: to the end.
  case from(Int)
  /// `-n`: the last n bytes.
  case last(Int)

  /// - Returns: nil for units other than bytes, several ranges, and what is no range: servers ignore these, and send the
  ///   whole file (RFC 9110, section 14.2).
  package init?(_ header: String) {
    let parts = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].lowercased().filter({ $0 != " " }) == "bytes" else { return nil }
    let ends = parts[1].filter { $0 != " " && $0 != "\t" }.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, ends.allSatisfy({ $0.allSatisfy { ("0"..."9").contains($0) } }) else { return nil }
    // Numbers beyond 64 bits are beyond every file.
    func number(_ text: Substring) -> Int { Int(text) ?? .max }
    switch (ends[0].isEmpty, ends[1].isEmpty) {
    case (false, false):
      guard number(ends[0]) <= number(ends[1]) else { return nil }
      self = .closed(number(ends[0]), number(ends[1]))
    case (false, true): self = .from(number(ends[0]))
    case (true, false): self = .last(number(ends[1]))
    case (true, true): return nil
    }
  }

  /// The bytes of a file of `size` that are meant; nil when there are none (status 416).
  package func bytes(ofFile size: Int) -> Range<Int>? {
    switch self {
    case .closed(let first, let last): first < size ? first..<min(size - 1, last) + 1 : nil
    case .from(let first): first < size ? first..<size : nil
    case .last(let count): count > 0 && size > 0 ? max(0, size - count)..<size : nil
    }
  }
}
