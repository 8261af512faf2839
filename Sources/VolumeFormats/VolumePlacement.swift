import Foundation
import Voxels

/// Where the voxels of a volume lie in the space of a scanner or an atlas, as its file says it.
///
/// Space is that of DICOM and ITK: x to the patient's left, y to the back, z up. NIfTI's points to the right and front, so
/// that its first two coordinates change their signs. Numbers stay in the unit of the file, so that what is written in the
/// same format has the same digits.
package struct VolumePlacement: Sendable, Codable, Equatable {
  /// Distances between voxels along x, y, z of the array, in that order.
  package var spacing: [Double]
  /// The directions of these axes in space: three unit vectors.
  package var directions: [[Double]]
  /// The centre of the first voxel.
  package var origin: [Double]
  /// Nil where the file does not say; it is then taken for millimetres, as all readers do.
  package var unitInMicrometres: Double?
  /// Whether space is that of a body, whose axes have names; otherwise it is the microscope's, and no axis changes its
  /// direction between formats.
  package var isAnatomical = true
  /// The forms of a NIfTI header, where it is one.
  package var nifti: NIfTIForms?

  package init(
    spacing: [Double], directions: [[Double]] = identity, origin: [Double] = [0, 0, 0], unitInMicrometres: Double?
  ) {
    self.spacing = spacing
    self.directions = directions
    self.origin = origin
    self.unitInMicrometres = unitInMicrometres
  }

  package static let identity: [[Double]] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]

  /// From three steps, one voxel to the next along x, y, z.
  ///
  /// - Returns: nil when one of them leads nowhere.
  package init?(steps: [[Double]], origin: [Double], unitInMicrometres: Double?) {
    let lengths = steps.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    guard lengths.allSatisfy({ $0.isFinite && $0 > 0 }), origin.allSatisfy(\.isFinite) else { return nil }
    self.init(
      spacing: lengths, directions: zip(steps, lengths).map { step, length in step.map { $0 / length } },
      origin: origin, unitInMicrometres: unitInMicrometres)
  }

  private var steps: [[Double]] { zip(directions, spacing).map { direction, edge in direction.map { $0 * edge } } }

  /// That of a box of the volume.
  package func moved(to first: Coordinate) -> VolumePlacement {
    if first == .zero { return self }
    var result = self
    let index = [Double(first.x), Double(first.y), Double(first.z)]
    for axis in 0..<3 { result.origin[axis] += (0..<3).reduce(0) { $0 + steps[$1][axis] * index[$1] } }
    result.nifti = nil
    return result
  }

  /// That of voxels that are `factors` times as wide along x, y, z and fill the same space.
  func coarsened(_ factors: [Double]) -> VolumePlacement {
    var result = self
    for axis in 0..<3 {
      // The first voxel is centred on those that it stands for.
      result.origin[axis] += (0..<3).reduce(0) { $0 + steps[$1][axis] * (factors[$1] - 1) / 2 }
      result.spacing[axis] = spacing[axis] * factors[axis]
    }
    result.nifti = nil
    return result
  }

  /// With another voxel size, about the same first voxel.
  package func resized(_ size: VoxelSize) -> VolumePlacement {
    var result = inMillimetres
    result.spacing = [size.x, size.y, size.z].map { $0 * 1e-3 }
    result.unitInMicrometres = 1000
    result.nifti = nil
    return result
  }

  /// As most formats hold it; numbers without a unit are taken for millimetres.
  package var inMillimetres: VolumePlacement {
    guard let unitInMicrometres, unitInMicrometres != 1000 else { return self }
    var result = self
    let factor = unitInMicrometres / 1000
    result.spacing = spacing.map { $0 * factor }
    result.origin = origin.map { $0 * factor }
    result.unitInMicrometres = 1000
    result.nifti = nil
    return result
  }

  /// The first voxel (z, y, x) in micrometres, where the axes of the array are those of space; nil where they are turned or
  /// mirrored, or the unit is not known.
  package var translationInMicrometres: [Double]? {
    guard directions == Self.identity, let unitInMicrometres else { return nil }
    return origin.reversed().map { $0 * unitInMicrometres }
  }
}

extension VolumeDescription {
  /// Takes the place that a file gives, with the voxel size that the user gives.
  mutating func place(_ placement: VolumePlacement?, _ options: VolumeOptions) {
    self.placement = options.voxelSizeInMicrometres.flatMap { placement?.resized($0) } ?? placement
  }
}
