import Files
import VolumeFormats
import Voxels
import Zarr

/// How the objects of an evaluated volume are told apart.
package enum InstanceRule: String, Sendable, CaseIterable {
  /// `labels` for label volumes of 32 and 64 bits, `components` for all others.
  case auto
  /// The 26-connected components of the foreground.
  case components
  /// All foreground voxels of one value are one object.
  case labels
}

extension EvaluatedVolume {
  /// A segmentation: a probability with its threshold, a mask, or labels.
  ///
  /// - Parameters:
  ///   - path: what `source` was opened from.
  ///   - threshold: the probability of foreground, also of 8-bit probabilities, of which 255 is 1; nil for 0.5 in
  ///     probabilities, and for a mask or labels elsewhere.
  /// - Throws: `Fault.usage` when there is a threshold for voxels that cannot be probabilities.
  package init(
    prediction source: any VolumeSource, at path: String, threshold: Double?, instances: InstanceRule
  ) throws {
    let type = source.description.voxelType
    let classes: VoxelClasses
    let meaning: String
    switch type {
    case .float32:
      classes = VoxelClasses(.atLeast(threshold ?? 0.5))
      meaning = "foreground from \(threshold ?? 0.5)"
    case .uint8 where threshold != nil || storeAttribute(path, "content") == "probability":
      classes = VoxelClasses(.atLeast((threshold ?? 0.5) * 255))
      meaning = "foreground from \(threshold ?? 0.5), 255 being 1"
    default:
      if threshold != nil {
        throw Fault.usage(
          "\(path) holds \(type.rawValue) voxels: --threshold is for floating-point and 8-bit predictions")
      }
      classes = .nonzero
      meaning = "foreground is everything but 0"
    }
    self.init(source, path, classes, meaning, instances)
  }

  /// A reference: a mask or labels.
  ///
  /// - Parameters:
  ///   - path: what `source` was opened from.
  ///   - map: the meaning of labels; nil for the standard map.
  ///   - ignored: labels that count nowhere, whatever `map` says.
  /// - Throws: `Fault.usage` when a store says that it holds probabilities and no map gives them another meaning.
  package init(
    reference source: any VolumeSource, at path: String, map: LabelMap?, ignoring ignored: Set<Int64>,
    instances: InstanceRule
  ) throws {
    guard map != nil || storeAttribute(path, "content") != "probability" else {
      throw Fault.usage(
        "\(path) holds probabilities, which are no reference: expected a mask or labels; give the prediction first and the reference second, or say with --label-map what its values mean"
      )
    }
    let map = map ?? .standard
    let classes = VoxelClasses(
      .labels { value in ignored.contains(value) ? VoxelClasses.ignored : map.mappedClass(of: value) })
    let ignoring = ignored.isEmpty ? "" : ", ignoring \(ignored.sorted().map(String.init).joined(separator: ", "))"
    self.init(source, path, classes, "labels \(map.text)\(ignoring)", instances)
    let impossible = Set(map.classes.keys).union(ignored).filter { !source.description.voxelType.holds($0) }
    if !impossible.isEmpty {
      doubts.append(
        "\(path) holds \(source.description.voxelType.rawValue) voxels, which are never \(impossible.sorted().map(String.init).joined(separator: " or ")); check --label-map and --ignore"
      )
    }
  }

  private init(
    _ source: any VolumeSource, _ path: String, _ classes: VoxelClasses, _ meaning: String, _ instances: InstanceRule
  ) {
    let description = source.description
    let type = description.voxelType
    let areLabels = instances == .auto ? type == .uint32 || type == .uint64 : instances == .labels && type != .float32
    self.init(name: path, extent: description.extent, classes: classes, objects: areLabels ? .labels : .components) {
      try source.read($0)
    }
    summary = "\(type.rawValue), \(meaning), objects are \(areLabels ? "the values of labels" : "connected components")"
    bytesPerVoxel = type.byteCount
    voxelSizeInMicrometres = description.voxelSizeInMicrometres
    isSequential = source.readingGeometry.isSequential
  }
}

extension VoxelType {
  /// Whether a voxel can have the value of this label.
  fileprivate func holds(_ label: Int64) -> Bool {
    switch self {
    case .uint8: UInt8(exactly: label) != nil
    case .uint16: UInt16(exactly: label) != nil
    case .int16: Int16(exactly: label) != nil
    case .uint32: UInt32(exactly: label) != nil
    case .uint64: label >= 0
    case .float32: true
    }
  }
}

/// The category that a store of Sheaf's says its structure is of; nil for anything else.
package func categoryOfStore(_ path: String) -> String? { storeAttribute(path, "category") }

private func storeAttribute(_ path: String, _ name: String) -> String? {
  guard Store.isStore(path) else { return nil }
  // `openVolume` reports what is wrong with a store.
  return (try? Store.open(path))?.sheafAttributes[name]?.asString
}
