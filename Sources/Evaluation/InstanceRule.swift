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
    switch type {
    case .float32: classes = VoxelClasses(.atLeast(threshold ?? 0.5))
    case .uint8 where threshold != nil || storeAttribute(path, "content") == "probability":
      classes = VoxelClasses(.atLeast((threshold ?? 0.5) * 255))
    default:
      if threshold != nil {
        throw Fault.usage(
          "\(path) holds \(type.rawValue) voxels: --threshold is for floating-point and 8-bit predictions")
      }
      classes = .nonzero
    }
    self.init(source, path, classes, instances)
  }

  /// A reference: a mask or labels.
  ///
  /// - Parameters:
  ///   - path: what `source` was opened from.
  ///   - ignored: labels that count nowhere, whatever `map` says.
  package init(
    reference source: any VolumeSource, at path: String, map: LabelMap, ignoring ignored: Set<Int64>,
    instances: InstanceRule
  ) {
    let classes = VoxelClasses(
      .labels { value in ignored.contains(value) ? VoxelClasses.ignored : map.mappedClass(of: value) })
    self.init(source, path, classes, instances)
  }

  private init(_ source: any VolumeSource, _ path: String, _ classes: VoxelClasses, _ instances: InstanceRule) {
    let type = source.description.voxelType
    let areLabels = instances == .auto ? type == .uint32 || type == .uint64 : instances == .labels && type != .float32
    self.init(
      name: path, extent: source.description.extent, classes: classes, objects: areLabels ? .labels : .components
    ) { try source.read($0) }
  }
}

/// The category that a store of Sheaf's says its structure is of; nil for anything else.
package func categoryOfStore(_ path: String) -> String? { storeAttribute(path, "category") }

private func storeAttribute(_ path: String, _ name: String) -> String? {
  guard Store.isStore(path) else { return nil }
  // `openVolume` reports what is wrong with a store.
  return (try? Store.open(path))?.sheafAttributes[name]?.asString
}
