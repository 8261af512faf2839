import Corpus
import Recipes
import Voxels

extension PretrainingRecipe {
  /// Which crops of a corpus the network sees.
  var cropChoice: CropChoice {
    CropChoice(
      draw: CropChoice.Draw(rawValue: self.patches) ?? .uniform,
      voxelSizeInMicrometres: self.voxelSize == PretrainingSettings.storedVoxelSize
        ? nil : VoxelSize(text: self.voxelSize))
  }
}
