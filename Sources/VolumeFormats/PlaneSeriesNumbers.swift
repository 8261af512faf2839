import Files

/// What each number in the names of a plane series counts; see `PlaneNaming`.
struct PlaneSeriesNumbers {
  private let names: [PlaneName]
  private let directory: String
  /// Index of the number that orders the planes; nil when none varies.
  private var plane: Int?
  /// Indices of numbers that vary with the plane number as leading digits: `section 2, plane 10`.
  private var outer: [Int] = []
  private var channel: [Int] = []
  private var timePoint: [Int] = []
  private(set) var doubts: [String] = []

  /// - Parameter names: with equal texts.
  init(_ names: [PlaneName], directory: String) throws {
    self.names = names
    self.directory = directory
    let varying = names[0].numbers.indices.filter { index in
      names.contains { $0.numbers[index].canonical != names[0].numbers[index].canonical }
    }
    var roles: [Int: Role] = [:]
    for index in varying { roles[index] = role(of: index) }
    let tiles = varying.filter { roles[$0] == .tile }
    if varying.count == 1 {
      plane = varying[0]
      // Files of a few channels look like this; cellfinder and others call long series of planes ch0000, ch0001 ….
      if roles[varying[0]] == .channel && names.count <= 6 || tiles.count == 1 {
        doubts.append(
          "the only number that varies in the plane names follows \(labelText(varying[0])); it is taken for z")
      }
      return
    }
    let marked = varying.filter { roles[$0] == .plane }
    channel = varying.filter { roles[$0] == .channel }
    timePoint = varying.filter { roles[$0] == .timePoint }
    let others = varying.filter { roles[$0] == .unknown }
    try choosePlane(among: marked.isEmpty ? others : marked, tiles: tiles)
    let known = [plane].compactMap { $0 } + outer + channel + timePoint
    if isUnique(known) { return }
    if let tile = tiles.first, isUnique(known + tiles) { throw mosaic(tiles, first: tile) }
    let rest = varying.filter { !known.contains($0) && !tiles.contains($0) }
    if let first = rest.first, isUnique(known + tiles + rest) { throw independent(plane ?? first, first) }
  }

  /// The file names by time point, channel and z.
  ///
  /// - Throws: `Fault.badData` when a plane is missing in one of them, or there twice.
  func planes() throws -> [[[String]]] {
    func key(_ name: PlaneName, _ indices: [Int]) -> [PlaneNumber] { indices.map { name.numbers[$0] } }
    let times = Set(names.map { key($0, timePoint).map(\.canonical) }).count
    let channels = Set(names.map { key($0, channel).map(\.canonical) }).count
    let sorted = names.map {
      (name: $0, key: key($0, timePoint) + key($0, channel) + key($0, outer + (plane.map { [$0] } ?? [])))
    }
    .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    for (one, other) in zip(sorted, sorted.dropFirst()) where !one.key.lexicographicallyPrecedes(other.key) {
      throw Fault.badData(
        "\(directory) has two files for one plane: \(one.name.name) and \(other.name.name); expected one file for each plane; remove one, or choose with --planes GLOB"
      )
    }
    let perChannel = names.count / (times * channels)
    let leading = timePoint.count + channel.count
    for start in stride(from: 0, to: sorted.count, by: max(perChannel, 1)) {
      let end = min(start + perChannel, sorted.count)
      let isWhole =
        perChannel > 0 && times * channels * perChannel == names.count
        && sorted[start].key.prefix(leading).elementsEqual(
          sorted[end - 1].key.prefix(leading), by: { $0.canonical == $1.canonical })
        && zip(sorted[start..<end], sorted[0..<perChannel]).allSatisfy {
          zip($0.key.dropFirst(leading), $1.key.dropFirst(leading)).allSatisfy { $0.canonical == $1.canonical }
        }
      if !isWhole { throw incomplete() }
    }
    return (0..<times).map { time in
      (0..<channels).map { channel in
        let start = (time * channels + channel) * perChannel
        return sorted[start..<(start + perChannel)].map(\.name.name)
      }
    }
  }

  /// For people: what orders the planes.
  var orderText: String {
    guard let plane else { return "the only plane" }
    let values = names.map { $0.numbers[plane] }
    return "\(labelText(plane)), from \(values.min()!.text) to \(values.max()!.text)"
  }

  // MARK: Roles

  private enum Role { case plane, channel, timePoint, tile, unknown }

  /// Words before a number that tell what it counts, as microscopes and stitching programs write them.
  private static let words: [(Role, Set<String>)] = [
    (.plane, ["z", "zpos", "zplane", "zslice", "zstep", "slice", "plane", "section", "sec", "sl", "depth"]),
    (
      .channel,
      ["c", "ch", "chn", "chan", "channel", "w", "wv", "wavelength", "ex", "em", "exc", "emi", "laser", "filter"]
    ),
    (.timePoint, ["t", "tp", "time", "timepoint", "timepoints"]),
    (.tile, ["x", "y", "row", "col", "column", "tile", "stack", "view", "angle", "xpos", "ypos"]),
  ]

  private func role(of index: Int) -> Role {
    // UltraMicroscope and Blaze: tile positions as [00 x 01].
    let (before, after) = (names[0].texts[index], names[0].texts[index + 1])
    if before.hasSuffix("[") && after == " x " { return .tile }
    if before == " x " && after.hasPrefix("]") { return .tile }
    let word = label(index)
    for (role, words) in Self.words where words.contains(word.lowercased()) { return role }
    // camelCase and MetaMorph's z-names: what follows the last small letter.
    if let capital = word.lastIndex(where: \.isUppercase), capital != word.startIndex {
      let tail = word[capital...].lowercased()
      for (role, words) in Self.words where words.contains(tail) { return role }
    }
    return .unknown
  }

  /// The letters before a number, without separators between.
  private func label(_ index: Int) -> String {
    let text = names[0].texts[index]
    let letters = text.reversed().drop { !$0.isLetter }.prefix { $0.isLetter }
    // Letters far before the number do not belong to it.
    let distance = text.reversed().prefix { !$0.isLetter }.count
    return distance > 2 ? "" : String(letters.reversed())
  }

  private func labelText(_ index: Int) -> String {
    let word = label(index)
    return word.isEmpty ? "number \(index + 1) in their names" : "the number after \"\(word)\" in their names"
  }

  // MARK: Which number counts planes

  private mutating func choosePlane(among candidates: [Int], tiles: [Int]) throws {
    if candidates.count <= 1 {
      plane = candidates.first
      return
    }
    let fixed = channel + timePoint + tiles
    let sufficient = candidates.filter { isUnique(fixed + [$0]) }
    if let first = sufficient.first, sufficient.count > 1 || follows(first, candidates) {
      let orders = sufficient.map { index in
        names.indices.sorted { names[$0].numbers[index] < names[$1].numbers[index] }
      }
      let regular = zip(sufficient, orders).first { isRegular($0.0, $0.1) }?.0
      plane = regular ?? first
      if Set(orders).count > 1 {
        let other = sufficient.first { $0 != plane }!
        doubts.append(
          "\(labelText(plane!)) and \(labelText(other)) give different orders; the planes are ordered by the former")
      }
      return
    }
    guard isUnique(fixed + candidates) else {
      plane = candidates.last
      return
    }
    let counts = candidates.map { index in Set(names.map { $0.numbers[index].canonical }).count }
    let base = fixed.isEmpty ? 1 : Set(names.map { name in fixed.map { name.numbers[$0].canonical } }).count
    if counts.reduce(base, { $0.multipliedReportingOverflow(by: $1).partialValue }) == names.count {
      throw independent(candidates[candidates.count - 1], candidates[0])
    }
    plane = candidates.last
    outer = candidates.dropLast()
    doubts.append(
      "\(candidates.count) numbers vary in the plane names; all planes are read as one series along z, ordered by \(candidates.map(labelText).joined(separator: ", then "))"
    )
  }

  /// Whether a number alone puts the names in the same order as all candidates, read from left to right, do.
  private func follows(_ index: Int, _ candidates: [Int]) -> Bool {
    func order(_ indices: [Int]) -> [Int] {
      names.indices.sorted { a, b in
        indices.map { names[a].numbers[$0] }.lexicographicallyPrecedes(indices.map { names[b].numbers[$0] })
      }
    }
    return order([index]) == order(candidates)
  }

  /// Whether the numbers tell all names apart.
  private func isUnique(_ indices: [Int]) -> Bool {
    Set(names.map { name in indices.map { name.numbers[$0].canonical } }).count == names.count
  }

  private func isRegular(_ index: Int, _ order: [Int]) -> Bool {
    let values = order.map { names[$0].numbers[index].approximateValue }
    let steps = Set(zip(values, values.dropFirst()).map { (($1 - $0) * 1e6).rounded() })
    return steps.count <= 1
  }

  // MARK: Faults

  private func mosaic(_ tiles: [Int], first: Int) -> Fault {
    let counts = tiles.map { index in
      "\(Set(names.map { $0.numbers[index].canonical }).count) values of \(labelText(index))"
    }
    return Fault.badData(
      "\(directory) holds the tiles of a mosaic (\(counts.joined(separator: ", "))): expected the planes of one volume; stitch the tiles first, or choose one with --planes GLOB, such as --planes '\(glob(fixing: tiles))'"
    )
  }

  private func independent(_ plane: Int, _ other: Int) -> Fault {
    Fault.badData(
      "\(directory) has plane names in which \(labelText(other)) and \(labelText(plane)) vary independently: expected one number that counts planes, and C, T, x or y before others; choose the planes of one volume with --planes GLOB, such as --planes '\(glob(fixing: [other]))'"
    )
  }

  private func incomplete() -> Fault {
    let numbers = (channel + timePoint).map(labelText).joined(separator: " and ")
    var perGroup: [[String]: Int] = [:]
    for name in names { perGroup[(timePoint + channel).map { name.numbers[$0].canonical }, default: 0] += 1 }
    let counts = Set(perGroup.values).sorted()
    return Fault.badData(
      "\(directory) is incomplete: expected the same planes for every value of \(numbers), found between \(counts[0]) and \(counts[counts.count - 1])\(counts.count == 1 ? " with different numbers" : ""); add the missing planes, or choose one channel with --planes '\(glob(fixing: channel + timePoint))'"
    )
  }

  /// A pattern of the shell that chooses the files with the first file's values of some numbers.
  private func glob(fixing indices: [Int]) -> String {
    var glob = ""
    for (index, text) in names[0].texts.enumerated() {
      // Brackets mean something else in a pattern.
      glob += String(text.map { $0 == "[" || $0 == "]" ? "?" : $0 })
      guard index < names[0].numbers.count else { continue }
      let isFixed = indices.contains(index) || Set(names.map { $0.numbers[index].text }).count == 1
      glob += isFixed ? names[0].numbers[index].text : "*"
    }
    return glob.hasSuffix("*") ? glob : glob + "*"
  }
}

extension PlaneSeriesNumbers {
  /// Gaps in the numbering, as sentences.
  var gaps: [String] {
    guard let plane, outer.isEmpty else { return [] }
    let values = Set(names.map(\.numbers[plane].approximateValue)).sorted()
    let steps = zip(values, values.dropFirst()).map { $1 - $0 }
    guard let usual = steps.min(), usual > 0 else { return [] }
    let places = zip(values, steps).filter { $0.1 > usual * 1.5 }.map(\.0)
    if places.isEmpty { return [] }
    let text = places.prefix(3).map { "after \($0 == $0.rounded() ? String(Int(exactly: $0) ?? 0) : String($0))" }
    return [
      "the plane numbers have gaps (\(text.joined(separator: ", "))\(places.count > 3 ? ", …" : "")); the existing planes are treated as consecutive"
    ]
  }
}
