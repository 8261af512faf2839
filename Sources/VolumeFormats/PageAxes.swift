import Files

/// The axes along which the planes of a file follow one another, as its metadata names them: the one place that decides
/// which of them is z, which the channels and which the time points.
struct PageAxes: Equatable {
  struct Axis: Equatable {
    /// `Z`, `C` or `T`; `Q` or `I` where the axis has no meaning; any other letter is another meaning.
    var letter: Character
    var size: Int
  }

  /// Slowest first.
  var axes: [Axis]

  /// For example `3 along C, 16 along Z`.
  private var text: String {
    axes.filter { $0.size != 1 }.map {
      "\($0.size) along \("QI".contains($0.letter) ? "an axis without a name" : "\($0.letter)")"
    }
    .joined(separator: ", ")
  }

  /// The order of the planes. A single axis without a meaning is z, as the pages of a file without metadata are.
  ///
  /// - Throws: `Fault.badData` when there are other axes, or several that could be z.
  func order(path: String) throws -> PlaneOrder {
    let several = axes.filter { $0.size != 1 }
    let nameless = several.filter { "QI".contains($0.letter) }
    if !nameless.isEmpty, several.count > 1 {
      throw Fault.badData(
        "\(path) does not say what its axes are: expected names for the axes of its planes, found \(text); write it again with names, for example by tifffile with metadata={'axes': 'ZCYX'}"
      )
    }
    var sizes: [Character: Int] = [:]
    var order = ""
    for axis in several.reversed() {
      let letter: Character = nameless.isEmpty ? axis.letter : "Z"
      guard "ZCT".contains(letter), sizes[letter] == nil else {
        throw Fault.badData(
          "\(path) has planes along other axes than a volume has: expected Z, channels (C) and time points (T) at most, found \(text); split the file along the other axes first"
        )
      }
      sizes[letter] = axis.size
      order.append(letter)
    }
    for letter in "CZT" where sizes[letter] == nil { order.append(letter) }
    return PlaneOrder(
      slices: sizes["Z"] ?? 1, channels: sizes["C"] ?? 1, timePoints: sizes["T"] ?? 1, order: order)
  }
}
