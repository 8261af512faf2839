import Files
import Voxels

/// One entry of `multiscales` in the metadata of an OME-Zarr image: OME-NGFF 0.5, the same in 0.4. Also read are 0.1 to
/// 0.3, which tell no sizes, and the scales and translations of the drafts of 0.6.
package struct Multiscale: Equatable, Sendable {
  package struct Axis: Equatable, Sendable {
    package let name: String
    /// `space`, `time`, `channel` or another type.
    package let type: String?
    package let unit: String?

    package init(name: String, type: String?, unit: String?) {
      self.name = name
      self.type = type
      self.unit = unit
    }
  }

  /// One level: an array and its coordinate transformations.
  package struct Dataset: Equatable, Sendable {
    package let path: String
    /// The voxel spacing along each axis.
    package let scale: [Double]
    /// The centre of the first voxel; nil means the origin.
    package let translation: [Double]?
  }

  package let name: String?
  package let axes: [Axis]
  /// Largest first.
  package let datasets: [Dataset]
  /// How levels were computed from the next finer one, such as `mean`.
  package let type: String?
  /// A scale that applies to all levels.
  package let commonScale: [Double]?

  /// A pyramid of `levelCount` levels, each half the size of the previous one. Voxels of level l are f = 2^l times as
  /// large, and the centre of the first one is offset by (f − 1) / 2 voxels of level 0.
  ///
  /// - Parameter origin: the centre of the first voxel of level 0, in micrometres (z, y, x); nil for the origin.
  package init(
    name: String, voxelSizeInMicrometres: VoxelSize?, origin: [Double]? = nil, levelCount: Int, type: String
  ) {
    let unit = voxelSizeInMicrometres == nil ? nil : "micrometer"
    let size = voxelSizeInMicrometres ?? VoxelSize(1, 1, 1)
    let edges = [size.z, size.y, size.x]
    self.name = name
    axes = ["z", "y", "x"].map { Axis(name: $0, type: "space", unit: unit) }
    datasets = (0..<levelCount).map { level in
      let factor = Double(1 << level)
      return Dataset(
        path: String(level), scale: edges.map { $0 * factor },
        translation: level == 0 ? origin : (0..<3).map { edges[$0] * (factor - 1) / 2 + (origin?[$0] ?? 0) })
    }
    self.type = type
    commonScale = nil
  }

  init(_ json: JSONValue) throws {
    guard let members = json.asObject else {
      throw MetadataError("a multiscale must be an object, found \(json.excerpt)")
    }
    name = members["name"]?.asString
    type = members["type"]?.asString
    // The first coordinate system of 0.6 is that of the image.
    let listed = members["axes"] ?? members["coordinateSystems"]?.asArray?.first?["axes"]
    axes = try Multiscale.axes(listed)
    // Before 0.4 there were no transformations, and without units the scale is of no consequence.
    let hasScales = listed?.asArray?.first?.asObject != nil
    guard let list = members["datasets"]?.asArray, !list.isEmpty else {
      throw MetadataError("a multiscale lacks its list of datasets")
    }
    let rank = axes.count
    datasets = try list.map { item in
      guard let path = item["path"]?.asString, !path.isEmpty, !path.hasPrefix("/"),
        !path.split(separator: "/").contains("..")
      else { throw MetadataError("a dataset lacks a path below the image, found \(item.excerpt)") }
      let (scale, translation) = try Multiscale.transformations(item["coordinateTransformations"], rank: rank)
      guard scale != nil || !hasScales else { throw MetadataError("dataset \"\(path)\" lacks its scale") }
      return Dataset(path: path, scale: scale ?? [Double](repeating: 1, count: rank), translation: translation)
    }
    commonScale = try Multiscale.transformations(members["coordinateTransformations"], rank: rank).scale
  }

  /// Objects since 0.4, names in 0.3; before there was nothing, since all images had the same five.
  private static func axes(_ json: JSONValue?) throws -> [Axis] {
    guard let json else { return ["t", "c", "z", "y", "x"].map { Axis(name: $0, type: nil, unit: nil) } }
    guard let items = json.asArray, (2...5).contains(items.count) else {
      throw MetadataError("a multiscale must have 2 to 5 axes, found \(json.excerpt)")
    }
    let axes = try items.map { item in
      if let name = item.asString { return Axis(name: name, type: nil, unit: nil) }
      guard let name = item["name"]?.asString else { throw MetadataError("an axis has no name, found \(item.excerpt)") }
      return Axis(name: name, type: item["type"]?.asString, unit: item["unit"]?.asString)
    }
    return axes
  }

  private static func transformations(
    _ json: JSONValue?, rank: Int
  ) throws -> (scale: [Double]?, translation: [Double]?) {
    guard let json else { return (nil, nil) }
    guard let items = json.asArray else {
      throw MetadataError("coordinateTransformations must be a list, found \(json.excerpt)")
    }
    var scale: [Double]?
    var translation: [Double]?
    for item in items.flatMap({ item in
      item["type"] == "sequence" ? item["transformations"]?.asArray ?? [] : [item]
    }) {
      guard let kind = item["type"]?.asString else {
        throw MetadataError("a transformation has no type, found \(item.excerpt)")
      }
      if kind == "identity" { continue }
      guard kind == "scale" || kind == "translation" else {
        throw MetadataError("the transformation \"\(kind)\" is unknown; expected scale, then translation")
      }
      guard let numbers = item[kind]?.asArray?.compactMap(\.asNumber), numbers.count == rank,
        numbers.allSatisfy(\.isFinite)
      else { throw MetadataError("\"\(kind)\" must have \(rank) numbers, found \(item[kind]?.excerpt ?? "none")") }
      if kind == "scale" { scale = numbers } else { translation = numbers }
    }
    return (scale, translation)
  }

  package var json: JSONValue {
    var members: [String: JSONValue] = [
      "axes": .array(
        axes.map { axis in
          var item: [String: JSONValue] = ["name": .string(axis.name)]
          item["type"] = axis.type.map(JSONValue.string)
          item["unit"] = axis.unit.map(JSONValue.string)
          return .object(item)
        }),
      "datasets": .array(
        datasets.map { dataset in
          .object([
            "path": .string(dataset.path),
            "coordinateTransformations": .array(
              Multiscale.transformation("scale", dataset.scale)
                + Multiscale.transformation("translation", dataset.translation)),
          ])
        }),
    ]
    members["name"] = name.map(JSONValue.string)
    if let type {
      members["type"] = .string(type)
      members["metadata"] = .object([
        "description": .string(
          "each level is half the one before along every axis, by the \(type) of up to 2 × 2 × 2 voxels"),
        "method": .string("sheaf \(type)"),
      ])
    }
    return .object(members)
  }

  private static func transformation(_ kind: String, _ numbers: [Double]?) -> [JSONValue] {
    numbers.map { [.object(["type": .string(kind), kind: .array($0.map(JSONValue.number))])] } ?? []
  }

  /// What the axes of an array of `shape` are.
  ///
  /// - Throws: `Fault.badData` naming `path` when they are not those of a volume.
  func arrayAxes(shape: [Int], path: String) throws -> ArrayAxes {
    do {
      return try ArrayAxes(names: axes.map(\.name), types: axes.map(\.type), shape: shape)
    } catch let problem as ArrayAxes.Problem {
      throw Fault.badData("\(path) is not an image of volumes: \(problem.message)")
    }
  }

  /// The centre of the first voxel of a level, (z, y, x); nil where there is none, or a unit is absent or not a length.
  package func translationInMicrometres(level: Int) -> [Double]? {
    let ones = [Int](repeating: 1, count: axes.count)
    guard let translation = datasets[level].translation, let found = try? arrayAxes(shape: ones, path: ""),
      let z = found.z
    else { return nil }
    return [z, found.y, found.x].compactMap { axis in
      axes[axis].unit.flatMap(LengthUnit.micrometres).map { translation[axis] * $0 }
    }.threeOrNil
  }

  /// The voxel size of a level; nil if a unit is absent or not a length: a size is never guessed.
  package func voxelSizeInMicrometres(level: Int) -> VoxelSize? {
    // Only the names count here, not the lengths.
    let ones = [Int](repeating: 1, count: axes.count)
    guard let found = try? arrayAxes(shape: ones, path: ""), let z = found.z else { return nil }
    var edges: [Double] = []
    for axis in [z, found.y, found.x] {
      guard let factor = axes[axis].unit.flatMap(LengthUnit.micrometres) else { return nil }
      edges.append(datasets[level].scale[axis] * (commonScale?[axis] ?? 1) * factor)
    }
    let size = VoxelSize(edges[0], edges[1], edges[2])
    return size.isMeaningful ? size : nil
  }
}

extension [Double] {
  fileprivate var threeOrNil: [Double]? { count == 3 ? self : nil }
}
