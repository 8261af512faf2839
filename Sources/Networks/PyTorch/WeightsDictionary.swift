/// Where in a checkpoint the weights are.
enum WeightsDictionary {
  /// Names under which programs keep the weights, the most specific first.
  private static let names = [
    "network_weights", "state_dict", "model_state_dict", "model", "network", "net", "student",
  ]
  /// What trainers keep beside the weights: states of optimisers, copies of the weights.
  private static let asides = [
    "optim", "sched", "scaler", "ema", "average", "teacher", "momentum", "logging", "init_args",
  ]
  private static let depthLimit = 4

  /// The dictionary of tensors: the innermost under names that programs use, or else the one with most tensors that is
  /// not beside the weights. At most four levels deep.
  static func find(in view: Pickle.View) -> [(key: String, value: Pickle.View)]? {
    if view.entries?.contains(where: { names.contains($0.key) }) == true, let named = named(in: view, depth: 0) {
      return named
    }
    var best: (isAside: Bool, count: Int, entries: [(key: String, value: Pickle.View)])?
    var visited: Set<Int> = []
    search(view, depth: 0, isAside: false, &visited) { isAside, entries in
      let count = entries.count { isTensor($0.value) }
      if count == 0 { return }
      if best.map({ ($0.isAside && !isAside) || ($0.isAside == isAside && count > $0.count) }) ?? true {
        best = (isAside, count, entries)
      }
    }
    return best?.entries
  }

  /// What a checkpoint without weights has in their place, to follow "is not a usable weights file: ".
  static func absence(in view: Pickle.View) -> String {
    let wanted = "expected a dictionary of tensors at its root, or under \(names.joined(separator: ", "))"
    if let name = view.unknownName {
      return "\(wanted), found an object of the class \(name), which only its program can open; save its state_dict()"
    }
    let entries = view.entries ?? []
    if let object = entries.first(where: { names.contains($0.key) && $0.value.unknownName != nil }) {
      return "\(wanted), found under \(object.key) an object of the class \(object.value.unknownName!), which only its "
        + "program can open; save its state_dict()"
    }
    let found = entries.prefix(8).map(\.key).joined(separator: ", ")
    return "\(wanted), found \(found.isEmpty ? "something else" : "only \(found)"); give the checkpoint of a network"
  }

  private static func isTensor(_ view: Pickle.View) -> Bool { if case .tensor = view.value { true } else { false } }

  private static func named(in view: Pickle.View, depth: Int) -> [(key: String, value: Pickle.View)]? {
    guard depth <= depthLimit, let entries = view.entries else { return nil }
    for name in names {
      if let inner = view[name], let found = named(in: inner, depth: depth + 1) { return found }
    }
    return entries.contains { isTensor($0.value) } ? entries : nil
  }

  private static func search(
    _ view: Pickle.View, depth: Int, isAside: Bool, _ visited: inout Set<Int>,
    _ body: (Bool, [(key: String, value: Pickle.View)]) -> Void
  ) {
    // A pickle may contain itself.
    guard depth <= depthLimit, case .dictionary(let index) = view.value, visited.insert(index).inserted,
      let entries = view.entries
    else { return }
    body(isAside, entries)
    for (key, value) in entries {
      let lowercase = key.lowercased()
      search(value, depth: depth + 1, isAside: isAside || asides.contains { lowercase.contains($0) }, &visited, body)
    }
  }
}
