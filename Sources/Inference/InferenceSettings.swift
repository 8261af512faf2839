import Files
import Jobs
import Segmentation
import Voxels

/// Settings of `sheaf infer`; all of them determine the bytes of its output.
public struct InferenceSettings: Sendable {
  /// Edges of a tile in voxels (z, y, x); nil for the patch size the network was trained on.
  package var tile: Extent?
  /// The share of a tile's edge that it has in common with the next.
  package var overlap = 0.5
  /// Voxels by which tiles reach beyond the faces of a volume, at most.
  package var margin = InferenceGeometry.margin
  /// How objects are found in the probabilities.
  package var objects = ObjectSettings()
  /// The same for volumes of a structure, by its name, where a network was trained on several.
  package var objectsOfStructures: [String: ObjectSettings] = [:]
  /// What the volumes show; nil for what each says itself.
  package var structure: String?
  /// Whether the minimum size of objects counts voxels of the size the network was trained on, as its validation does,
  /// and not those of the volume.
  package var leastVoxelsAreOfNetwork = false
  package var withLabels = true
  /// Whether tiles that hold nothing but air are evaluated too.
  package var keepsBackgroundTiles = false
  /// Whether a volume whose voxels are of another size than the network's is resampled for it; otherwise it is refused.
  package var resamples = true

  package init() {}

  /// With what holds for the structure that a volume shows.
  package func chosen(for image: InferenceImage) -> InferenceSettings {
    guard let own = structure(of: image).flatMap({ objectsOfStructures[$0] }) else { return self }
    var settings = self
    settings.objects.threshold = own.threshold
    settings.objects.leastVoxels = own.leastVoxels
    return settings
  }

  /// What a volume shows; nil where nobody says so.
  package func structure(of image: InferenceImage) -> String? {
    structure ?? image.attributes["structure"]?.asString
  }

  /// With the minimum size of objects in voxels of the volume.
  ///
  /// - Parameter resampled: the volume as the network sees it, where it sees other voxels.
  package func fitted(to resampled: ResampledVolume?) -> InferenceSettings {
    guard leastVoxelsAreOfNetwork, let resampled else { return self }
    var settings = self
    let factor = resampled.step.reduce(1, *)
    settings.objects.leastVoxels = max(1, Int((Double(objects.leastVoxels) * factor).rounded()))
    settings.leastVoxelsAreOfNetwork = false
    return settings
  }

  /// Adds those that decide what is written, for any volume.
  func add(to resolved: inout ResolvedSettings) {
    if let structure { resolved.add("structure", structure) }
    resolved.add("tile-size", tile?.text ?? "of the network")
    resolved.add("overlap", overlap)
    if margin > 0 { resolved.add("margin", margin) }
    resolved.add("threshold", objects.threshold)
    resolved.add("keep-background-tiles", keepsBackgroundTiles)
    resolved.add("resample", resamples)
    resolved.add("connectivity", objects.connectivity.rawValue)
    resolved.add("min-voxels", objects.leastVoxels)
  }

  /// - Throws: `Fault.usage` for an invalid setting.
  package func validate() throws {
    guard overlap >= 0, overlap <= 0.9 else {
      throw Fault.usage("the overlap of tiles must be between 0 and 0.9, found \(overlap)")
    }
    try objects.validate()
    if let tile, tile.isEmpty || tile.checkedCount.map({ $0 > 1 << 30 }) ?? true {
      throw Fault.usage("a tile must have between 1 and 2³⁰ voxels, found \(tile)")
    }
  }
}
