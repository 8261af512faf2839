import Corpus
import Files
import Foundation
import Networks
import Recipes
import Training
import Voxels

/// Crops of waves, different for each step and index, so that there is something to learn.
package struct WaveCrops: CropSource {
  package var crop: CropEdges
  /// The sample of this step and index is not a number.
  package var brokenAt: (step: Int, index: Int)?

  package init(crop: CropEdges, brokenAt: (step: Int, index: Int)? = nil) {
    self.crop = crop
    self.brokenAt = brokenAt
  }

  package func crop(step: Int, index: Int, margin: Extent) throws -> Crop {
    let extent = Extent(crop) + margin * 2
    var random = RandomStream(seed: 9, step: step, index: index, purpose: .position)
    let phase = Float(random.uniform() * 6)
    var image = (0..<extent.count).map { position -> Float in
      let p = extent.position(of: position)
      return sin(Float(p.z) * 0.4 + phase) + cos(Float(p.y) * 0.3) * sin(Float(p.x) * 0.5)
    }
    if let brokenAt, brokenAt == (step, index) { image[0] = .nan }
    return Crop(
      name: "wave \(step).\(index)", extent: extent, voxels: image,
      valid: [UInt8](repeating: 1, count: extent.count))
  }
}

/// A recipe that takes a second: crops of 16³, tier XS, and SGD, whose steps make little of what rounding does to small
/// gradients.
package func tinyRecipe(steps: Int, batch: Int = 2) -> PretrainingRecipe {
  var recipe = PretrainingRecipe.standard(tier: "XS")!
  recipe.target = "image"
  recipe.training.crop = 16
  recipe.training.steps = steps
  recipe.training.batch = batch
  recipe.training.adopt(.sgd)
  recipe.training.learningRate = 1e-2
  recipe.training.warmUpFraction = 0
  recipe.training.checkpointInterval = 3
  recipe.training.checksumInterval = 2
  recipe.training.pictureInterval = 0
  recipe.maskBlock = 4
  recipe.visibleWeight = 0
  recipe.inputNoise = 0
  return recipe
}
