import Foundation
import Voxels

/// How one of the varied pairs is imaged: another magnification, another step between planes, another camera, another light.
///
/// A network that is trained on images of one phantom learns what that phantom looks like. Where everything that differs
/// between microscopes is drawn at random, real images are one more variation (domain randomisation: Tobin et al., IROS 2017;
/// for segmentation Billot et al., "SynthSeg", Medical Image Analysis 2023).
package struct VariedImaging: Sendable, Codable, Equatable {
  /// Edge of the cube of the organ's voxels that one voxel is the mean of.
  package let binning: Int
  /// Planes of the binned organ from one imaged plane to the next: light sheets are thinner than the step of the stage.
  package let planeStep: Int
  package let airGlow: Float
  package let brightRim: Float
  package let photonGain: Float

  /// - Parameter seed: of the pair's organ.
  init(seed: UInt64, structure: Structure) {
    var stream = HashKey(seed: seed, purpose: .imaging)[structure.number].stream
    binning = stream.uniform() < 0.5 ? 1 : 2
    planeStep = 1 + Int(stream.uniform() * 3)
    // One photoelectron is between 1 and 64 counts, evenly in the logarithm; a mean of 8 voxels has an eighth of the variance.
    photonGain = Float(exp2(6 * stream.uniform())) * (binning == 2 ? 4 : 1)
    brightRim = stream.uniform() < 1 / 3.0 ? Float(stream.uniform(0...30)) : 0
    airGlow = stream.uniform() < 1 / 3.0 ? Float(stream.uniform(0...100)) : 0
  }

  var imaging: Imaging { Imaging(airGlow: airGlow, brightRim: brightRim, photonGain: photonGain) }

  /// Voxels of the organ for one of the image along z, y and x, of which `binning` are seen.
  private var step: Extent { Extent(binning * planeStep, binning, binning) }

  var voxelSizeInMicrometres: VoxelSize {
    let edges = PhantomSeries.voxelSizeInMicrometres
    return VoxelSize(edges.z * Double(step.z), edges.y * Double(step.y), edges.x * Double(step.x))
  }

  /// What a pair of `size` voxels needs of the organ.
  func organExtent(for size: Extent) -> Extent { Extent(size.z * step.z, size.y * step.y, size.x * step.x) }

  /// The most that any pair needs.
  static func largestOrganExtent(for size: Extent) -> Extent { Extent(size.z * 6, size.y * 2, size.x * 2) }

  /// Image and mask (1 where at least half of what a voxel shows is labelled) from the organ's voxels.
  ///
  /// - Parameters:
  ///   - image: uint16 (z, y, x), of `organExtent(for: size)`.
  ///   - labels: uint32, of the same.
  func expose(image: VoxelBuffer, labels: VoxelBuffer, size: Extent) -> (image: VoxelBuffer, mask: VoxelBuffer) {
    let exposed = VoxelBuffer(.uint16, size)
    let mask = VoxelBuffer(.uint8, size)
    let share = binning * binning * binning
    withExtendedLifetime((image, labels, exposed, mask)) {
      let light = image.voxels(as: UInt16.self)
      let marks = labels.voxels(as: UInt32.self)
      let (target, masked) = (exposed.voxels(as: UInt16.self), mask.voxels(as: UInt8.self))
      var voxel = 0
      Region(size).forEachPosition { position in
        var (sum, labelled) = (0, 0)
        for z in 0..<binning {
          for y in 0..<binning {
            let row = image.extent.index(
              of: Coordinate(position.z * step.z + z, position.y * step.y + y, position.x * step.x))
            for x in row..<(row + binning) {
              sum += Int(light[x])
              if marks[x] != 0 { labelled += 1 }
            }
          }
        }
        target[voxel] = UInt16((sum + share / 2) / share)
        masked[voxel] = 2 * labelled >= share ? 1 : 0
        voxel += 1
      }
    }
    return (exposed, mask)
  }
}
