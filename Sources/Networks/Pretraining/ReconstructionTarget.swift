import Torch

/// What the network predicts of a crop in pretraining.
package enum ReconstructionTarget: String, Sendable, CaseIterable {
  /// The normalised intensities.
  case image
  /// How much each voxel stands out from its surroundings (`Tensor.contrastFeatures`).
  case contrast

  /// Channels that are predicted.
  package var channelCount: Int {
    switch self {
    case .image: 1
    case .contrast: Tensor.contrastFeatureCount
    }
  }

  /// What the network should predict, (batch, `channelCount`, z, y, x).
  ///
  /// - Parameter crops: (batch, 1, z, y, x), normalised.
  func values(of crops: Tensor) throws -> Tensor {
    switch self {
    case .image: crops
    case .contrast: try crops.contrastFeatures()
    }
  }

  /// The image that a prediction shows, (batch, 1, z, y, x): channel 0.
  func image(from prediction: Tensor) throws -> Tensor {
    switch self {
    case .image: prediction
    case .contrast: try prediction.narrowed(1, 0..<1)
    }
  }
}
