import Files
import Networks
import Voxels

/// The classes of an annotated volume's voxels, with the places a sampler may centre a crop on.
package struct AnnotatedLabels: Sendable {
  package let extent: Extent
  /// `LabelMap` classes, C order (z, y, x).
  package let classes: [UInt8]
  /// Positions of foreground voxels, at most `candidateLimit` of them, drawn evenly.
  package let foreground: [Int]
  /// Positions of annotated voxels of any class, at most `candidateLimit`, drawn evenly.
  package let annotated: [Int]
  package let annotatedCount: Int
  package let foregroundCount: Int

  /// Enough places that a crop's position is not noticeably coarse, few enough for any volume.
  package static let candidateLimit = 65_536

  package init(extent: Extent, classes: [UInt8]) {
    precondition(classes.count == extent.count)
    self.extent = extent
    self.classes = classes
    var foreground = Reservoir(limit: AnnotatedLabels.candidateLimit)
    var annotated = Reservoir(limit: AnnotatedLabels.candidateLimit)
    for (position, value) in classes.enumerated() where value != LabelMap.ignore {
      annotated.offer(position)
      if value == LabelMap.foreground { foreground.offer(position) }
    }
    self.foreground = foreground.kept
    self.annotated = annotated.kept
    foregroundCount = foreground.offered
    annotatedCount = annotated.offered
  }

  /// Most of a sparsely annotated volume is ignored; random crops would often hold nothing to learn from.
  package var isSparse: Bool { annotatedCount * 2 < classes.count }

  /// The annotation without, and with only, some z-planes; everything else becomes `ignore`.
  package func split(holdingBack planes: Set<Int>) -> (training: AnnotatedLabels, heldBack: AnnotatedLabels) {
    var training = classes
    var heldBack = classes
    let planeCount = extent.y * extent.x
    for z in 0..<extent.z {
      for position in (z * planeCount)..<((z + 1) * planeCount) {
        if planes.contains(z) { training[position] = LabelMap.ignore } else { heldBack[position] = LabelMap.ignore }
      }
    }
    return (AnnotatedLabels(extent: extent, classes: training), AnnotatedLabels(extent: extent, classes: heldBack))
  }

  /// Maps the values of a label volume.
  ///
  /// - Throws: `Fault.badData` naming the file and the first value that the map does not know or that is no integer.
  package static func map(_ voxels: VoxelBuffer, by map: LabelMap, path: String) throws -> [UInt8] {
    switch voxels.type {
    case .uint8: try mapIntegers(voxels.voxels(as: UInt8.self), voxels.extent, map, path)
    case .uint16: try mapIntegers(voxels.voxels(as: UInt16.self), voxels.extent, map, path)
    case .int16: try mapIntegers(voxels.voxels(as: Int16.self), voxels.extent, map, path)
    case .uint32: try mapIntegers(voxels.voxels(as: UInt32.self), voxels.extent, map, path)
    case .uint64: try mapIntegers(voxels.voxels(as: UInt64.self), voxels.extent, map, path)
    case .float32: try mapFloats(voxels.voxels(as: Float.self), voxels.extent, map, path)
    }
  }

  private static func mapIntegers<Value: FixedWidthInteger>(
    _ values: UnsafeMutableBufferPointer<Value>, _ extent: Extent, _ map: LabelMap, _ path: String
  ) throws -> [UInt8] {
    var classes = [UInt8](repeating: 0, count: values.count)
    // Labels come in runs, so remembering the last value saves nearly every look-up.
    var last: Value?
    var lastClass: UInt8 = 0
    for (position, value) in values.enumerated() {
      if value != last {
        guard let mapped = map.mappedClass(of: Int64(clamping: value)) else {
          throw unknown("\(value)", at: extent.position(of: position), map, path)
        }
        last = value
        lastClass = mapped
      }
      classes[position] = lastClass
    }
    return classes
  }

  private static func mapFloats(
    _ values: UnsafeMutableBufferPointer<Float>, _ extent: Extent, _ map: LabelMap, _ path: String
  ) throws -> [UInt8] {
    var classes = [UInt8](repeating: 0, count: values.count)
    for (position, value) in values.enumerated() {
      guard let integer = Int64(exactly: value), let mapped = map.mappedClass(of: integer) else {
        throw unknown("\(value)", at: extent.position(of: position), map, path)
      }
      classes[position] = mapped
    }
    return classes
  }

  private static func unknown(_ value: String, at position: Coordinate, _ map: LabelMap, _ path: String) -> Fault {
    .badData(
      "\(path) has the label \(value) at \(position), which the label map '\(map.text)' does not know; "
        + "add it, or give *=ignore")
  }
}

/// Keeps an even random choice of what is offered (Vitter's algorithm R), the same in every run.
private struct Reservoir {
  let limit: Int
  var kept: [Int] = []
  var offered = 0
  var random = RandomStream(seed: 0, name: "candidates")

  mutating func offer(_ position: Int) {
    offered += 1
    if kept.count < limit {
      kept.append(position)
    } else {
      let place = random.integer(below: offered)
      if place < limit { kept[place] = position }
    }
  }

  init(limit: Int) { self.limit = limit }
}
