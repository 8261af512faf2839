import Voxels

/// What ImageJ2 (SCIFIO) writes to the description of the first page: lines of `key=value` with lists of all axes,
/// fastest first.
struct SCIFIODescription: Equatable {
  /// The axes of the pages, slowest first.
  var axes: PageAxes
  var voxelSizeInMicrometres: VoxelSize?

  static func matches(_ text: String) -> Bool { text.hasPrefix("SCIFIO=") }

  /// Nil when it lacks the lists, or the pages are not planes of x and y.
  init?(_ text: String) {
    let values = keyedLines(text)
    func list(_ key: String) -> [String] {
      (values[key] ?? "").split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
    let (names, lengths) = (list("axes").map { $0.uppercased() }, list("lengths").compactMap { Int($0) })
    guard names.count == lengths.count, lengths.allSatisfy({ (1...Int(Int32.max)).contains($0) }),
      let x = names.firstIndex(of: "X"), names.firstIndex(of: "Y") == x + 1
    else { return nil }
    // What varies faster than x are the samples of a pixel.
    axes = PageAxes(
      axes: zip(names, lengths).dropFirst(x + 2).reversed().map { .init(letter: $0.first ?? "?", size: $1) })
    let (scales, units) = (list("scales").map { Double($0) }, list("units"))
    guard scales.count == names.count, units.count == names.count else { return }
    let edges = ["Z", "Y", "X"].compactMap { name -> Double? in
      guard let index = names.firstIndex(of: name), let scale = scales[index],
        let unit = LengthUnit.micrometres(in: units[index])
      else { return nil }
      return abs(scale) * unit
    }
    if edges.count == 3, VoxelSize(edges[0], edges[1], edges[2]).isMeaningful {
      voxelSizeInMicrometres = VoxelSize(edges[0], edges[1], edges[2])
    }
  }
}
