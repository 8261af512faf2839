import Evaluation
import Voxels

/// The objects of an annotation whose values tell them apart, for scores that count objects.
package struct AnnotatedObjects: Sendable {
  /// Numbers from 1 up, C order; 0 where there is no foreground.
  private let numbers: [UInt32]

  /// - Parameters:
  ///   - labels: the values.
  ///   - classes: `VoxelClasses` of the same voxels.
  package init(_ labels: VoxelBuffer, classes: [UInt8]) {
    defer { withExtendedLifetime(labels) {} }
    switch labels.type {
    case .uint8: numbers = Self.number(labels.voxels(as: UInt8.self), classes)
    case .uint16: numbers = Self.number(labels.voxels(as: UInt16.self), classes)
    case .int16: numbers = Self.number(labels.voxels(as: Int16.self), classes)
    case .uint32: numbers = Self.number(labels.voxels(as: UInt32.self), classes)
    case .uint64: numbers = Self.number(labels.voxels(as: UInt64.self), classes)
    case .float32: numbers = Self.number(labels.voxels(as: Float.self), classes)
    }
  }

  private static func number<Scalar: VoxelScalar & Hashable>(
    _ values: UnsafeMutableBufferPointer<Scalar>, _ classes: [UInt8]
  ) -> [UInt32] {
    var known: [Scalar: UInt32] = [:]
    return values.indices.map { index in
      guard classes[index] == VoxelClasses.foreground else { return 0 }
      if let number = known[values[index]] { return number }
      let number = UInt32(known.count + 1)
      known[values[index]] = number
      return number
    }
  }

  /// How many objects have a part of the annotation that counts, and how many of these are known to have fewer voxels of it
  /// than each of `sizes`: those that a face of the volume may have cut are not.
  func count(in labels: AnnotatedLabels, smallerThan sizes: [Int]) -> (count: Int, smaller: [Int]) {
    var found = [Int](repeating: 0, count: Int(numbers.max() ?? 0))
    var isCut = [Bool](repeating: false, count: found.count)
    for index in numbers.indices where labels.classes[index] == VoxelClasses.foreground && numbers[index] > 0 {
      let place = labels.extent.position(of: index)
      found[Int(numbers[index]) - 1] += 1
      if labels.extent.hasFace(z: place.z, y: place.y, x: place.x) { isCut[Int(numbers[index]) - 1] = true }
    }
    let whole = zip(found, isCut).filter { $0 > 0 && !$1 }.map(\.0)
    return (found.count { $0 > 0 }, sizes.map { size in whole.count { $0 < size } })
  }

  /// What `evaluate` would compare a segmentation with.
  ///
  /// - Parameter labels: the annotation that counts; a part of it where planes are held back.
  func reference(_ labels: AnnotatedLabels, name: String) -> EvaluatedVolume {
    let ignored = UInt32.max
    let values = numbers.indices.map { labels.classes[$0] == VoxelClasses.ignored ? ignored : numbers[$0] }
    return EvaluatedVolume(
      name: name, VoxelBuffer(labels.extent, values),
      classes: VoxelClasses(
        .labels {
          $0 == 0 ? VoxelClasses.background : $0 == Int64(ignored) ? VoxelClasses.ignored : VoxelClasses.foreground
        }), objects: .labels)
  }
}
