import Files
import Voxels

/// Finds the array, and its voxel size, to read when the user names a group of an N5 container.
///
/// Arrays are searched below groups as BigStitcher and BigDataViewer name them (`setup0/timepoint0/s0`, `ch0/tp0/s0`,
/// `c0/s0`): in the requested setup or channel and time point, at the finest level.
package struct N5Volume: Sendable {
  /// The directory of the array.
  package let path: String
  package private(set) var channels = 1
  package private(set) var timePoints = 1
  /// nil if the attributes do not specify it or have no unit.
  package private(set) var voxelSizeInMicrometres: VoxelSize?

  /// Whether `path` is an N5 container, group or array.
  package static func matches(_ path: String) -> Bool { matches(path, levels: kinds.count) }

  private static func matches(_ path: String, levels: Int) -> Bool {
    if fileExists(joinPath(path, N5.attributesName)) { return true }
    // Groups between the root and an array need not have attributes of their own.
    guard levels > 0, isDirectory(path) else { return false }
    return kinds.contains { kind in
      guard let child = try? members(of: path, kind).first else { return false }
      return matches(joinPath(path, child), levels: levels - 1)
    }
  }

  private struct Kind {
    enum Choice {
      case channel, timePoint, level
    }
    let prefixes: [String]
    let choice: Choice
  }

  private static let kinds = [
    Kind(prefixes: ["setup", "ch", "c"], choice: .channel), Kind(prefixes: ["timepoint", "tp"], choice: .timePoint),
    Kind(prefixes: ["s"], choice: .level),
  ]

  /// - Throws: `Fault.badData` when no suitable array is found, `Fault.usage` when the requested channel or time point
  ///   does not exist.
  package init(_ path: String, channel: Int, timePoint: Int) throws {
    var place = path
    var ancestors: [String] = []
    search: while try N5.attributes(place)["dimensions"] == nil {
      ancestors.append(place)
      for kind in N5Volume.kinds {
        let members = try N5Volume.members(of: place, kind)
        if members.isEmpty { continue }
        let wanted: Int
        switch kind.choice {
        case .channel: (channels, wanted) = (members.count, channel)
        case .timePoint: (timePoints, wanted) = (members.count, timePoint)
        case .level: wanted = 0
        }
        guard wanted < members.count else {
          throw Fault.usage(
            "\(place) has \(members.count) of \(members[0]) and so on, but number \(wanted) was requested; they count from 0"
          )
        }
        place = joinPath(place, members[wanted])
        continue search
      }
      let children = try directoryEntries(place).filter { isDirectory(joinPath(place, $0)) }
      throw Fault.badData(
        "\(place) is an N5 group without an array of its own; choose one below it with --dataset, "
          + (children.isEmpty ? "the group is empty" : "in it are \(children.prefix(12).joined(separator: ", "))"))
    }
    self.path = place
    if ancestors.isEmpty, path.contains("/") { ancestors = [parentDirectory(of: path)] }
    voxelSizeInMicrometres = try N5Volume.voxelSize(of: place, below: ancestors)
  }

  /// The directories in `path` whose names are one of the prefixes followed by a number, in numerical order.
  private static func members(of path: String, _ kind: Kind) throws -> [String] {
    let names = Set(try directoryEntries(path))
    for prefix in kind.prefixes {
      let numbers = names.filter { $0.hasPrefix(prefix) }.compactMap { Int($0.dropFirst(prefix.count)) }.sorted()
      let found = numbers.map { "\(prefix)\($0)" }.filter { names.contains($0) && isDirectory(joinPath(path, $0)) }
      if !found.isEmpty { return found }
    }
    return []
  }

  // MARK: Voxel size

  /// From the array's `transform` (Janelia COSEM), or from `pixelResolution` or `resolution` of the array or a group
  /// above it, which refer to the finest level, times the `downsamplingFactors` of this level.
  private static func voxelSize(of array: String, below ancestors: [String]) throws -> VoxelSize? {
    let own = try N5.attributes(array)
    if let transform = own["transform"], let axes = transform["axes"]?.asArray?.compactMap(\.asString),
      let scale = numbers(transform["scale"]), let units = transform["units"]?.asArray?.compactMap(\.asString)
    {
      let order = ["z", "y", "x"].compactMap { axes.firstIndex(of: $0) }
      guard order.count == 3, scale.count == axes.count, units.count == axes.count else { return nil }
      return size(order.map { scale[$0] }, order.map { units[$0] })
    }
    let groups = try ancestors.reversed().map(N5.attributes)
    guard let factors = factors(own, groups.first ?? [:], name: array.split(separator: "/").last.map(String.init) ?? "")
    else { return nil }
    for attributes in [own] + groups {
      let resolution = attributes["pixelResolution"] ?? attributes["resolution"]
      guard let resolution, let edges = numbers(resolution["dimensions"] ?? resolution), edges.count >= 3 else {
        continue
      }
      let unit = resolution["unit"] ?? attributes["unit"]
      let units = attributes["units"]?.asArray?.compactMap(\.asString) ?? unit?.asString.map { [$0, $0, $0] }
      guard let units, units.count >= 3 else { continue }
      return size((0..<3).reversed().map { edges[$0] * factors[$0] }, (0..<3).reversed().map { units[$0] })
    }
    return nil
  }

  /// How much coarser the array is than the finest level, fastest axis first: from its own attributes, or from the
  /// group's list, indexed by the number in the array's name.
  private static func factors(
    _ own: [String: JSONValue], _ group: [String: JSONValue], name: String
  ) -> [Double]? {
    if let factors = numbers(own["downsamplingFactors"]), factors.count >= 3 { return factors }
    guard name.hasPrefix("s"), let level = Int(name.dropFirst()) else { return [1, 1, 1] }
    let list = (group["downsamplingFactors"] ?? group["scales"])?.asArray ?? []
    if list.indices.contains(level), let factors = numbers(list[level]), factors.count >= 3 { return factors }
    return level == 0 ? [1, 1, 1] : nil
  }

  private static func numbers(_ json: JSONValue?) -> [Double]? {
    guard let items = json?.asArray else { return nil }
    let numbers = items.compactMap(\.asNumber)
    return numbers.count == items.count ? numbers : nil
  }

  private static func size(_ edges: [Double], _ units: [String]) -> VoxelSize? {
    let factors = units.compactMap(LengthUnit.micrometres)
    guard factors.count == 3 else { return nil }
    let size = VoxelSize(edges[0] * factors[0], edges[1] * factors[1], edges[2] * factors[2])
    return size.isMeaningful ? size : nil
  }
}
