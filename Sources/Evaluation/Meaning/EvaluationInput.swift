import Files
import VolumeFormats
import Voxels

/// A volume that is going to be evaluated, and what is known of it before its voxels are read.
package struct EvaluationInput: Sendable {
  package let source: any VolumeSource
  /// What it was opened from.
  package let path: String
  package let context: VolumeInterpretation.Context
  package let instances: InstanceRule
  /// The probability from which voxels are foreground, where they are probabilities; nil for 0.5.
  package let threshold: Double?

  package init(
    _ source: any VolumeSource, at path: String, _ context: VolumeInterpretation.Context,
    instances: InstanceRule = .auto, threshold: Double? = nil
  ) {
    self.source = source
    self.path = path
    var context = context
    if threshold != nil { context.hasThreshold = true }
    self.context = context
    self.instances = instances
    self.threshold = threshold
  }

  /// The volume with the meaning that its values have.
  ///
  /// - Throws: as `VolumeInterpretation.init`.
  package func interpreted(_ census: ValueCensus) throws -> EvaluatedVolume {
    let interpretation = try VolumeInterpretation(of: source.description, at: path, census, context)
    let classes: VoxelClasses
    var text = interpretation.text
    switch interpretation.meaning {
    case .probabilities:
      classes = VoxelClasses(.atLeast((threshold ?? 0.5) * interpretation.one))
      text += ", foreground from \(threshold ?? 0.5)"
    default: classes = labelClasses
    }
    if let map = context.map { text += ", labels \(map.text)" }
    if !context.ignored.isEmpty {
      text += ", ignoring \(context.ignored.sorted().map(String.init).joined(separator: ", "))"
    }
    let areLabels =
      switch instances {
      case .auto: interpretation.meaning == .instances
      case .components: false
      case .labels: interpretation.meaning != .probabilities
      }
    let type = source.description.voxelType
    var volume = EvaluatedVolume(
      name: path, extent: source.description.extent, classes: classes, objects: areLabels ? .labels : .components
    ) { [source] in try source.read($0) }
    volume.summary =
      "\(path): \(type.rawValue), \(text), objects are \(areLabels ? "the values of labels" : "connected components")"
    volume.bytesPerVoxel = type.byteCount
    volume.voxelSizeInMicrometres = source.description.voxelSizeInMicrometres
    volume.isFloatingPoint = type == .float32
    volume.isSequential = source.readingGeometry.isSequential
    volume.doubts = interpretation.doubts + doubtsAboutMap
    volume.interpretation = interpretation
    return volume
  }

  /// The volume before anything is known of its values: everything but 0 is foreground.
  var provisional: EvaluatedVolume {
    var volume = EvaluatedVolume(
      name: path, extent: source.description.extent, classes: .nonzero, objects: .components
    ) { [source] in try source.read($0) }
    volume.bytesPerVoxel = source.description.voxelType.byteCount
    volume.isFloatingPoint = source.description.voxelType == .float32
    volume.isSequential = source.readingGeometry.isSequential
    return volume
  }

  private var labelClasses: VoxelClasses {
    guard context.map != nil || !context.ignored.isEmpty else { return .nonzero }
    let map = context.map ?? .standard
    return VoxelClasses(
      .labels { [ignored = context.ignored] value in
        ignored.contains(value) ? VoxelClasses.ignored : map.mappedClass(of: value)
      })
  }

  /// Values of the map that the voxels cannot have.
  private var doubtsAboutMap: [String] {
    let type = source.description.voxelType
    let impossible = Set(context.map.map { Array($0.classes.keys) } ?? []).union(context.ignored).filter {
      !type.holds($0)
    }
    if impossible.isEmpty { return [] }
    return [
      "\(path) holds \(type.rawValue) voxels, which are never \(impossible.sorted().map(String.init).joined(separator: " or ")); check --label-map and --ignore"
    ]
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
