import Files
import Foundation
import Voxels

extension ResampledVolume {
  /// The volume as a network with `requirements` is to see it; nil for the volume as it is.
  ///
  /// - Parameters:
  ///   - isAllowed: whether it may be resampled.
  ///   - warn: receives what is doubtful.
  /// - Throws: `Fault` of kind `badData` when it would have to be resampled and may not be, or by so much that one of the
  ///   voxel sizes must be wrong.
  init?(
    _ volume: VolumeInput, for requirements: VolumeRequirements, isAllowed: Bool, warn: (String) -> Void
  ) throws {
    switch try requirements.compare(volume.name, volume.voxelSize) {
    case .fits: return nil
    case .unknown(let doubt):
      warn(doubt)
      return nil
    case .differs(let sentence, let scale):
      guard isAllowed else {
        throw Fault.badData(
          sentence
            + "; it would have to be resampled, which --no-resample forbids: leave that out, or give a network that "
            + "was trained on such voxels")
      }
      self.init(volume, scale: scale)
    }
  }

  /// For the identity of the output: with every digit.
  var settingText: String { "by \(step.map { "\($0)" }.joined(separator: " × ")) from level \(level)" }

  /// What the plan says.
  func planLine(of volume: VolumeInput) -> String {
    let edges = volume.voxelSize.map { VoxelSize($0.z * step[0], $0.y * step[1], $0.x * step[2]).description }
    let size = edges ?? step.map { String(format: "%.4g", $0) }.joined(separator: " × ") + " of its voxels"
    return "resampled for the network, to \(input.extent) voxels of \(size)"
      + (level > 0 ? ", from level \(level)" : "")
      + "; probabilities are brought back to the voxels of the volume"
  }
}
