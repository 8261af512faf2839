/// `a, b and c`, or `a, b, c and 9 more`.
package func enumerated(_ names: [String], limit: Int = 6) -> String {
  if names.count > limit {
    return "\(names.prefix(limit - 1).joined(separator: ", ")) and \(names.count - limit + 1) more"
  }
  guard names.count > 1, let last = names.last else { return names.first ?? "" }
  return "\(names.dropLast().joined(separator: ", ")) and \(last)"
}
