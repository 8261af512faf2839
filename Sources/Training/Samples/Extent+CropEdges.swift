import Recipes
import Voxels

extension Extent {
  /// What a network sees of a sample.
  package init(_ crop: CropEdges) { self.init(crop.z, crop.y, crop.x) }
}
