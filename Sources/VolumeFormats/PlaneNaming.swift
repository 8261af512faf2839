import Files

/// How the files of a directory make up the planes of volumes, told from their names alone.
///
/// 1. Names that differ in their numbers only form a series; the largest is the volume. Other files do not belong: they
///    are refused by name, unless the user says which files count.
/// 2. A hyphen or plus is a sign where the same name occurs without it, or after another separator (`z_-10`). A full
///    stop between digits is a decimal point where the same name occurs without decimals (`z1`, `z1.5`), or where the
///    digits behind it are not written like a second count (`1.9`, `1.10`).
/// 3. Of the numbers that vary, letters before them say which are channels (`C`, `ch`, `w`, `Ex`), time points (`T`) and
///    positions of tiles (`x`, `y`, `row`, `tile`, `[00 x 01]`); the one that remains counts planes. Numbers that follow
///    from the others, such as the stage position or the time of day beside a count, are ignored.
/// 4. Every channel and time point must have the same planes, each once.
package struct PlaneNaming {
  /// File names by time point, channel and z.
  package let planes: [[[String]]]
  /// What orders the planes, for people: `the number after "Z", from 0 to 29`.
  package private(set) var orderText = ""
  /// What may be wrong with the order, as sentences.
  package private(set) var doubts: [String] = []

  /// - Parameters:
  ///   - names: of the files; at least one.
  ///   - endings: of such files, in lower case.
  ///   - isChosen: whether the user said that these files count, so that none is a stranger.
  ///   - directory: for messages.
  /// - Throws: `Fault.badData` when files do not belong together, are tiles of a mosaic, are missing, or are there twice.
  package init(_ names: [String], endings: [String], isChosen: Bool, directory: String) throws {
    let files = PlaneNaming.unified(names.map { PlaneName($0, endings: endings) })
    let groups = Dictionary(grouping: files, by: \.pattern).values.sorted {
      $0.count != $1.count ? $0.count > $1.count : NaturalOrder.precedes($0[0].name, $1[0].name)
    }
    // Names such as a.tif, b.tif have no numbers to go by.
    let isUnnumbered = groups[0].count == 1 && names.count > 1
    if isUnnumbered || groups.count > 1 && isChosen {
      planes = [[names.sorted(by: NaturalOrder.precedes)]]
      orderText = "their names"
      doubts = ["the plane names differ in more than their numbers; their order along z is that of the names"]
      return
    }
    if groups.count > 1 { throw PlaneNaming.strangers(groups, directory) }
    let series = try PlaneSeriesNumbers(groups[0], directory: directory)
    planes = try series.planes()
    orderText = series.orderText
    doubts = series.doubts + series.gaps
  }

  /// The names with signs and decimals recognised.
  private static func unified(_ names: [PlaneName]) -> [PlaneName] {
    var names = names
    // At most as many rounds as a name has numbers; each recognises one sign or decimal a name.
    for _ in 0..<8 {
      let patterns = Set(names.map(\.pattern))
      var hasChanged = false
      names = names.map { name in
        for index in name.numbers.indices {
          if let signed = name.signed(at: index),
            isSign(signed.texts[index]) || patterns.contains(signed.pattern)
              || patterns.contains(name.withOppositeSign(at: index))
          {
            hasChanged = true
            return signed
          }
          if let decimal = name.decimal(at: index), patterns.contains(decimal.pattern) {
            hasChanged = true
            return decimal
          }
        }
        return name
      }
      if !hasChanged { break }
    }
    return withDecimals(names)
  }

  /// Whether a hyphen or plus after this text is a sign: after another separator.
  private static func isSign(_ text: String) -> Bool {
    guard let last = text.last else { return false }
    return "_ =([,+".contains(last)
  }

  /// Takes pairs such as `12.5` for decimals where all names have them and they are not written like two counts.
  private static func withDecimals(_ names: [PlaneName]) -> [PlaneName] {
    var result: [PlaneName] = []
    for var group in Dictionary(grouping: names, by: \.pattern).values {
      var index = 0
      while index + 1 < group[0].numbers.count {
        defer { index += 1 }
        guard group[0].decimal(at: index) != nil else { continue }
        let wholes = Set(group.map { $0.numbers[index].canonical })
        let fractions = group.map { $0.numbers[index + 1].whole }
        let isVarying = wholes.count > 1
        let isCounting =
          Set(fractions.map(\.count)).count > 1 && fractions.contains { $0.count > 1 && $0.hasSuffix("0") }
        if isVarying && !isCounting { group = group.map { $0.decimal(at: index)! } }
      }
      result += group
    }
    return result
  }

  private static func strangers(_ groups: [[PlaneName]], _ directory: String) -> Fault {
    let others = groups.dropFirst().flatMap { $0.map(\.name) }.sorted(by: NaturalOrder.precedes)
    let examples = others.prefix(3).joined(separator: ", ") + (others.count > 3 ? ", …" : "")
    let first = groups[0].map(\.name).min(by: NaturalOrder.precedes)!
    if groups[1].count == groups[0].count {
      let firsts = groups.prefix { $0.count == groups[0].count }.map { group in
        group.map(\.name).min(by: NaturalOrder.precedes)!
      }
      return Fault.badData(
        "\(directory) holds several series of \(groups[0].count) files (those of \(firsts.prefix(4).joined(separator: ", "))): expected the planes of one volume; choose them with --planes, such as --planes '\(globSuggestion(groups[0]))'"
      )
    }
    return Fault.badData(
      "\(directory) holds files that do not belong to the series of \(groups[0].count) planes of \(first): expected names that differ in their numbers only, found \(others.count) other\(others.count == 1 ? "" : "s") (\(examples)); remove them, or say which files are planes with --planes '\(globSuggestion(groups[0]))'"
    )
  }

  /// A pattern of the shell that names of the series match, and as few others as possible.
  private static func globSuggestion(_ group: [PlaneName]) -> String {
    let first = group[0]
    var glob = ""
    for (index, text) in first.texts.enumerated() {
      // Brackets mean something else in a pattern.
      glob += String(text.map { $0 == "[" || $0 == "]" ? "?" : $0 })
      guard index < first.numbers.count else { continue }
      glob += Set(group.map { $0.numbers[index].text }).count == 1 ? first.numbers[index].text : "[0-9]*"
    }
    return glob + (first.name.lastIndex(of: ".").map { first.name[$0...] } ?? "")
  }
}
