import Files
import Foundation
import Networks
import Voxels

/// What a network was trained on, which a volume must be or be made to resemble.
public struct VolumeRequirements: Sendable {
  /// As the subject of a sentence.
  package var network = "the network"
  package var normalisation = NormalisationRecipe()
  /// The voxels it was trained on; nil where they are not known.
  package var voxelSizes: TrainedVoxelSizes?
  /// Distances (z, y, x) of the voxels it was trained on, in a unit that is not known; nil where they are not known or
  /// `voxelSizes` are.
  package var spacing: [Double]?
  /// Whether it is doubtful when a network does not know its voxels.
  package var expectsVoxelSize = false
  /// What is doubtful about the network itself.
  package var doubts: [String] = []

  package init() {}

  package init(of model: Model) {
    network = model.path
    normalisation = model.description.normalisation
    voxelSizes = model.description.voxelSizes
    spacing = model.description.spacing
    expectsVoxelSize = true
    doubts = model.description.doubts
  }
}

extension VolumeRequirements {
  /// Voxels up to this many times as large or small, along any axis, are taken as they are: less than what training varies
  /// the scale by.
  static let tolerance = 1.1
  /// Voxels are made at most this many times smaller: a volume that coarse does not hold what the network knows.
  private static let mostEnlarged = 4.0
  /// Voxels are made at most this many times larger.
  private static let mostShrunk = 64.0
  /// Micrometres in the units that the files of training volumes are written in: micrometres, millimetres, nanometres,
  /// metres. nnU-Net keeps the number and forgets the unit.
  private static let units = [1, 1e3, 1e-3, 1e6]

  /// How the voxel size of a volume compares with that of the training volumes.
  package enum Comparison: Equatable {
    /// They agree, or there is nothing to compare.
    case fits
    /// They cannot be compared: a doubt, as a sentence.
    case unknown(String)
    /// A sentence, and the edges (z, y, x) that the voxels should have, in those of the volume: exactly 1 along axes where
    /// they agree.
    case differs(String, scale: [Double])
  }

  /// Compares the voxel size of a volume with that of the training volumes.
  ///
  /// - Parameter voxelSize: (z, y, x) in micrometres; nil where it is not known.
  /// - Throws: `Fault` of kind `badData` where they differ so much that one of them must be wrong.
  package func compare(_ volume: String, _ voxelSize: VoxelSize?) throws -> Comparison {
    guard let trained = trainedText else {
      guard expectsVoxelSize, let voxelSize else { return .fits }
      return .unknown(
        "\(network) does not say on voxels of which size it was trained, those of \(volume) are \(voxelSize): make sure that "
          + "they agree")
    }
    guard let voxelSize else {
      return .unknown(
        "the voxel size of \(volume) is not known, and \(network) was trained on voxels of \(trained): give it with "
          + "--voxel-size, or make sure that they agree")
    }
    let own = [voxelSize.z, voxelSize.y, voxelSize.x]
    let wanted = wantedEdges(own)
    let scale = (0..<3).map { axis in wanted[axis].contains(own[axis]) ? 1 : wanted[axis].edge / own[axis] }
    if scale == [1, 1, 1] { return .fits }
    let size = "\(own.map(Self.text).joined(separator: " × ")) µm"
    if voxelSizes == nil, let spacing, Set(spacing) == [1] {
      return .unknown(
        "\(network) does not say on voxels of which size it was trained (its spacing is 1 × 1 × 1), those of \(volume) are "
          + "\(size): make sure that they agree")
    }
    let times = (0..<3).map { Self.text(own[$0] / wanted[$0].edge) }.joined(separator: ", ")
    let sentence =
      "\(network) was trained on voxels of \(trained), those of \(volume) are \(size), \(times) times as large (z, y, x)"
    guard scale.allSatisfy({ $0 >= 1 / Self.mostEnlarged && $0 <= Self.mostShrunk }) else {
      throw Fault.badData(
        sentence
          + ": too different to resample. Give a volume or a network that resembles the other, or, if the voxel size of the "
          + "volume is wrong, give it with --voxel-size")
    }
    return .differs(sentence, scale: scale)
  }

  /// An edge that voxels should have, and those that are taken as they are.
  private struct Wanted {
    let edge: Double
    let accepted: ClosedRange<Double>

    func contains(_ own: Double) -> Bool { accepted.contains(own) }
  }

  /// In micrometres; of a spacing, in the unit that comes nearest to `own`.
  private func wantedEdges(_ own: [Double]) -> [Wanted] {
    if let voxelSizes {
      return (0..<3).map { axis in
        Wanted(
          edge: voxelSizes.median[axis],
          accepted: (voxelSizes.lowest[axis] / Self.tolerance)...(voxelSizes.highest[axis] * Self.tolerance))
      }
    }
    let spacing = spacing ?? own
    func spread(_ unit: Double) -> Double {
      zip(own, spacing).map { max($0 / ($1 * unit), $1 * unit / $0) }.max()!
    }
    let unit = Self.units.min { spread($0) < spread($1) }!
    return spacing.map { edge in
      Wanted(edge: edge * unit, accepted: (edge * unit / Self.tolerance)...(edge * unit * Self.tolerance))
    }
  }

  private var trainedText: String? {
    voxelSizes?.text ?? spacing.map { $0.map(Self.text).joined(separator: " × ") }
  }

  private static func text(_ number: Double) -> String { String(format: "%.4g", number) }
}
