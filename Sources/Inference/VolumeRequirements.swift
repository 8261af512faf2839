import Files
import Foundation
import Networks
import Voxels

/// What a network was trained on, which a volume must be or be made to resemble.
public struct VolumeRequirements: Sendable {
  /// As the subject of a sentence.
  package var network = "the network"
  package var normalisation = NormalisationRecipe()
  /// Distances (z, y, x) of the voxels it was trained on, in a unit that is not known; nil where any size will do.
  package var spacing: [Double]?
  /// What is doubtful about the network itself.
  package var doubts: [String] = []

  package init() {}

  package init(of model: Model) {
    network = model.path
    normalisation = model.description.normalisation
    spacing = model.description.spacing
    doubts = model.description.doubts
  }
}

extension VolumeRequirements {
  /// Voxels up to this many times as large or small, along any axis, are taken without a word.
  static let tolerance = 1.1
  /// Voxels this many times as large or small are refused: structures would have another shape or size than those the
  /// network knows.
  static let limit = 2.0
  /// Micrometres in the units that the files of training volumes are written in: micrometres, millimetres, nanometres,
  /// metres. nnU-Net keeps the number and forgets the unit.
  private static let units = [1, 1e3, 1e-3, 1e6]

  /// Compares the voxel size of a volume with that of the training volumes.
  ///
  /// - Parameter voxelSize: (z, y, x) in micrometres; nil where it is not known.
  /// - Returns: a doubt; nil where they agree, or nothing is required.
  /// - Throws: `Fault` of kind `badData` where they differ by a factor of `limit` or more.
  package func voxelSizeDoubt(of volume: String, _ voxelSize: VoxelSize?) throws -> String? {
    guard let spacing else { return nil }
    let trained = spacing.map(Self.text).joined(separator: " × ")
    guard let voxelSize else {
      return "the voxel size of \(volume) is not known, and \(network) was trained on voxels of \(trained): give it to "
        + "`sheaf tile` (--voxel-size), or make sure that they agree"
    }
    let own = [voxelSize.z, voxelSize.y, voxelSize.x]
    func ratios(_ unit: Double) -> [Double] { zip(own, spacing).map { $0 / ($1 * unit) } }
    func spread(_ ratios: [Double]) -> Double { ratios.map { max($0, 1 / $0) }.max()! }
    let nearest = Self.units.map(ratios).min { spread($0) < spread($1) }!
    let difference = spread(nearest)
    if difference <= Self.tolerance { return nil }
    let size = "\(own.map(Self.text).joined(separator: " × ")) µm"
    if Set(spacing) == [1], spread(ratios(1)) > Self.tolerance {
      return
        "\(network) does not say on voxels of which size it was trained (its spacing is 1 × 1 × 1), those of \(volume) "
        + "are \(size): make sure that they agree"
    }
    let times = nearest.map { Self.text($0) }.joined(separator: ", ")
    let sentence =
      "\(network) was trained on voxels of \(trained), those of \(volume) are \(size), \(times) times as large "
      + "(z, y, x); nnU-Net would resample, Sheaf does not"
    if difference < Self.limit { return sentence + ": results may be worse than the network can do" }
    throw Fault.badData(
      sentence
        + "; resample the volume to the voxel size of the network, or, if the voxel size of the store is wrong, tile "
        + "it again with --voxel-size")
  }

  private static func text(_ number: Double) -> String { String(format: "%.4g", number) }
}
