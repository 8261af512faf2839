/// Which tensors of a file are the parameters of a network.
///
/// A file may hold more than one network: a student and its teacher, a running average, a discriminator. The names under
/// one prefix are one network; the prefix that has most of the wanted names is taken, and what lies under others is not
/// part of the network. An encoder and a decoder may have a prefix each.
struct WeightMatching {
  /// Names in the file by canonical name, of the parameters found: the first is read, others should hold the same.
  private(set) var names: [String: [String]] = [:]
  /// Names in the file that are under the prefix of the network but none of its parameters.
  private(set) var unexpected: [String] = []
  /// Names in the file that have nothing to do with the network: of other networks, and integers such as counters.
  private(set) var asides: [String] = []

  /// Copies that are not the network itself, in the names of the field's programs.
  private static let copies = ["ema", "teacher", "average", "momentum", "target", "swa", "encoder_k"]

  /// - Parameters:
  ///   - tensors: of the file.
  ///   - wanted: canonical names.
  init(_ tensors: [String: StoredTensor], wanted: Set<String>) {
    var byPrefix: [String: [String: [String]]] = [:]
    let sorted = tensors.keys.sorted()
    let parts = Dictionary(
      uniqueKeysWithValues: sorted.compactMap { name in WeightNames.parts(name).map { (name, $0) } })
    for name in sorted {
      guard let part = parts[name], wanted.contains(part.canonical) else { continue }
      // Of several names of one tensor the canonical one wins, otherwise the alphabetically first: any would do, but it
      // must be the same every time.
      let isCanonical = name == part.prefix + part.canonical
      var names = byPrefix[part.prefix]?[part.canonical] ?? []
      names.insert(name, at: isCanonical ? 0 : names.count)
      byPrefix[part.prefix, default: [:]][part.canonical] = names
    }
    let prefixes = byPrefix.keys.sorted { Self.rank($0) < Self.rank($1) }
    var chosen: Set<String> = []
    // The first has most of the network; another may have a half of which the first has nothing.
    for _ in 0..<2 {
      let halves = Set(names.keys.map(Self.half))
      func found(_ prefix: String) -> [String: [String]] {
        byPrefix[prefix]!.filter { !halves.contains(Self.half($0.key)) }
      }
      guard let best = prefixes.max(by: { found($0).count < found($1).count }), !found(best).isEmpty else { break }
      // `max` returns the last of equals.
      let first = prefixes.first { found($0).count == found(best).count }!
      let own = found(first)
      names.merge(own) { own, _ in own }
      chosen.insert(first)
      // Another network that is as complete, and no copy by its name, has to hold the same.
      for other in prefixes where other != first && Self.rank(other).0 == Self.rank(first).0 {
        guard found(other).count == own.count else { continue }
        for (canonical, others) in found(other) { names[canonical]?.append(contentsOf: others) }
      }
    }
    let taken = Set(names.values.joined())
    for name in sorted where !taken.contains(name) {
      let part = parts[name]
      let isInteger = ["uint8", "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64", "bool"]
        .contains(tensors[name]!.elementType)
      let isUnderPrefix = part.map { chosen.contains($0.prefix) } ?? chosen.contains { name.hasPrefix($0) }
      if isUnderPrefix || chosen.isEmpty, !isInteger || part.map({ wanted.contains($0.canonical) }) == true {
        unexpected.append(name)
      } else {
        asides.append(name)
      }
    }
  }

  private static func half(_ name: String) -> Substring { name.prefix { $0 != "." } }

  private static func rank(_ prefix: String) -> (Int, Int, String) {
    (copies.contains { prefix.lowercased().contains($0) } ? 1 : 0, prefix.count, prefix)
  }
}
