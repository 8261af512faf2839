import Files
import Foundation
import Voxels

/// Which axes of an NRRD array are z, y and x, and where a voxel of one channel and time point is.
struct NRRDAxes: Equatable {
  var extent: Extent
  var channels = 1
  var timePoints = 1
  /// Voxels that vary faster than x: the components of a vector.
  var samplesPerVoxel = 1
  var voxelSizeInMicrometres: VoxelSize?
  /// Where the volume lies in space.
  var placement: VolumePlacement?
  var notes: [String] = []
  /// Why the voxel size is unknown.
  var voxelSizeDoubt: String?
  /// Axes that are neither x, y nor z, fastest first.
  private var others: [Other] = []

  private struct Other: Equatable {
    var isTime: Bool
    var size: Int
    /// In voxels.
    var stride: Int
  }

  /// - Throws: `Fault.badData` when the axes are in an order that no volume has, or cannot be told apart.
  init(_ header: NRRDHeader, path: String) throws {
    let roles = try Self.roles(header, path)
    let spatial = roles.indices.filter { roles[$0] == .x || roles[$0] == .y || roles[$0] == .z }
    guard let first = spatial.first, spatial.map({ roles[$0] }) == Array([.x, .y, .z].prefix(spatial.count)),
      spatial == Array(first..<(first + spatial.count)), spatial.count >= 2
    else {
      throw Fault.badData(
        "\(path) has axes in an order that is not read: expected x, y and z one after another, fastest first, with channels and time points before or after them, found \(roles.map(\.text).joined(separator: ", ")); permute them first, for example by unu permute"
      )
    }
    let sizes = spatial.map { header.sizes[$0] } + [1]
    extent = Extent(sizes[2], sizes[1], sizes[0])
    var stride = 1
    for (axis, size) in header.sizes.enumerated() {
      if !spatial.contains(axis) {
        others.append(Other(isTime: roles[axis] == .time, size: size, stride: stride))
        if axis < first { samplesPerVoxel *= size }
        if roles[axis] == .time { timePoints *= size } else { channels *= size }
      }
      let (product, overflow) = stride.multipliedReportingOverflow(by: size)
      guard !overflow, product <= Int.max / 16 else {
        throw Fault.badData("\(path) is damaged: expected sizes whose product does not overflow, found \(header.sizes)")
      }
      stride = product
    }
    try takeSpacing(header, spatial)
    takePlacement(header, spatial)
  }

  /// Position of the first voxel of a channel and time point, as a number of voxels from the start, and as the sample
  /// among those that vary faster than x.
  func place(channel: Int, timePoint: Int) -> (voxels: Int, sample: Int) {
    var (channel, timePoint) = (channel, timePoint)
    var (voxels, sample) = (0, 0)
    for axis in others {
      let index = axis.isTime ? timePoint % axis.size : channel % axis.size
      if axis.isTime { timePoint /= axis.size } else { channel /= axis.size }
      if axis.stride < samplesPerVoxel { sample += index * axis.stride } else { voxels += index * axis.stride }
    }
    return (voxels, sample)
  }

  /// From the labels where all are known; otherwise from kinds, directions in space and spacings: an axis with a
  /// direction is x, y or z, one of a list or vector is the channels.
  private static func roles(_ header: NRRDHeader, _ path: String) throws -> [AxisRole] {
    let count = header.sizes.count
    let labels = quoted(header.fields["labels"] ?? "").map { AxisRole(name: $0) }
    if labels.count == count, labels.allSatisfy({ $0 != nil }), Set(labels).count == count {
      return labels.compactMap(\.self)
    }
    let kinds = (header.fields["kinds"] ?? "").split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
    let directions = vectors(header.fields["space directions"] ?? "")
    let spacings = words(header.fields["spacings"]).map { Double($0) ?? .nan }
    var isSpatial: [Bool?] = (0..<count).map { axis in
      if kinds.count == count, !["???", "none", "time"].contains(kinds[axis]) {
        return kinds[axis] == "domain" || kinds[axis] == "space"
      }
      if directions.count == count { return directions[axis] != nil }
      if spacings.count == count, spacings.contains(where: { !$0.isNaN }), spacings[axis].isNaN { return false }
      return nil
    }
    var roles = [AxisRole?](repeating: nil, count: count)
    if kinds.count == count {
      for axis in 0..<count where kinds[axis] == "time" { roles[axis] = .time; isSpatial[axis] = false }
    }
    let known = isSpatial.filter { $0 == true }.count
    let open = isSpatial.indices.filter { isSpatial[$0] == nil }
    guard open.isEmpty || known + open.count <= 3 else {
      throw Fault.badData(
        "\(path) does not say which of its \(count) axes are z, y and x: expected kinds or labels in the NRRD header, found none; add, for example, \"kinds: list domain domain domain\""
      )
    }
    for axis in open { isSpatial[axis] = true }
    var next: [AxisRole] = [.x, .y, .z]
    for axis in 0..<count where roles[axis] == nil {
      if isSpatial[axis] == true {
        // A fourth axis of the domain is time, as in ITK's images of four axes.
        roles[axis] = next.isEmpty ? .time : next.removeFirst()
      } else {
        roles[axis] = .channel
      }
    }
    return roles.compactMap(\.self)
  }

  private mutating func takeSpacing(_ header: NRRDHeader, _ spatial: [Int]) throws {
    guard spatial.count == 3 else { return }
    let directions = Self.vectors(header.fields["space directions"] ?? "")
    let spacings = Self.words(header.fields["spacings"]).map { Double($0) ?? .nan }
    var edges: [Double] = []
    var unit: String?
    let count = header.sizes.count
    if directions.count == count {
      for axis in spatial {
        guard let vector = directions[axis] else { return }
        edges.append(vector.reduce(0) { $0 + $1 * $1 }.squareRoot())
        if vector.filter({ abs($0) > 1e-6 * (edges.last ?? 0) }).count > 1, !notes.contains(Self.oblique) {
          notes.append(Self.oblique)
        }
      }
      let units = Self.quoted(header.fields["space units"] ?? "")
      unit = units.first.flatMap { $0.isEmpty ? nil : $0 }
      // Spaces of anatomy are in millimetres, as ITK and Slicer write them.
      if unit == nil, header.fields["space"] != nil { unit = "mm" }
    } else if spacings.count == count {
      edges = spatial.map { spacings[$0] }
    } else {
      return
    }
    if unit == nil {
      let units = Self.quoted(header.fields["units"] ?? "")
      unit = units.count == count ? units[spatial[0]] : nil
    }
    let size = VoxelSize(edges[2], edges[1], edges[0])
    guard size.isMeaningful else { return }
    let text = edges.reversed().map(shortNumber).joined(separator: " × ")
    if size == VoxelSize(1, 1, 1), header.fields["space units"] == nil, header.fields["units"] == nil {
      voxelSizeDoubt = "the header gives 1 along every axis, as programs do that do not know it"
      return
    }
    guard let unit, !unit.isEmpty else {
      voxelSizeDoubt = "the header gives voxels of \(text) without a unit of length"
      return
    }
    guard let micrometres = LengthUnit.micrometres(in: unit) else {
      voxelSizeDoubt = "the unit of \(text), \"\(unit)\", is not known"
      return
    }
    voxelSizeInMicrometres = size * micrometres
  }

  /// From the directions in space, which are brought to left, posterior and superior.
  private mutating func takePlacement(_ header: NRRDHeader, _ spatial: [Int]) {
    let directions = Self.vectors(header.fields["space directions"] ?? "")
    guard spatial.count == 3, directions.count == header.sizes.count else { return }
    let steps = spatial.compactMap { directions[$0] }.map { Array($0.prefix(3)) }
    guard steps.count == 3, steps.allSatisfy({ $0.count == 3 }) else { return }
    let given = Self.vectors(header.fields["space origin"] ?? "").first ?? nil
    let origin = Array((given ?? [0, 0, 0]).prefix(3))
    guard origin.count == 3 else { return }
    let space = (header.fields["space"] ?? "").lowercased()
    let initials = space.split(separator: "-").compactMap(\.first)
    let names = space.count == 3 ? Array(space) : initials
    let flips = zip(
      names + ["l", "p", "s"].dropFirst(names.count).map { Character($0) }, ["r", "a", "i"] as [Character]
    )
    .map { $0 == $1 ? -1.0 : 1.0 }
    let isAnatomical = space.contains("-") && !space.hasPrefix("scanner") && !space.hasPrefix("3d") || space.count == 3
    let signs = isAnatomical && flips.count == 3 ? flips : [1, 1, 1]
    let units = Self.quoted(header.fields["space units"] ?? "")
    placement = VolumePlacement(
      steps: steps.map { zip($0, signs).map(*) }, origin: zip(origin, signs).map(*),
      unitInMicrometres: units.first.flatMap(LengthUnit.micrometres) ?? (space.isEmpty ? nil : 1000))
  }

  private static let oblique = "the axes are turned in space; voxels are read as they are stored"

  private static func words(_ text: String?) -> [Substring] { (text ?? "").split(whereSeparator: \.isWhitespace) }

  /// `"mm" "mm" ""`, with or without quotes.
  private static func quoted(_ text: String) -> [String] {
    if text.contains("\"") {
      return text.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
        .map { String($0.element) }
    }
    return text.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// `(1,0,0) none (0,0,2)`: nil for `none`.
  private static func vectors(_ text: String) -> [[Double]?] {
    var found: [[Double]?] = []
    var rest = text[...]
    while true {
      rest = rest.drop(while: \.isWhitespace)
      guard let start = rest.first else { return found }
      if start == "(" {
        let inside = rest.dropFirst().prefix { $0 != ")" }
        found.append(inside.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) ?? .nan })
        rest = rest.dropFirst(inside.count + 2)
      } else {
        let word = rest.prefix { !$0.isWhitespace }
        found.append(nil)
        rest = rest.dropFirst(word.count)
      }
    }
  }
}
