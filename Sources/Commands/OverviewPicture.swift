import Files
import Jobs
import Pictures
import VolumeFormats

/// The picture of `sheaf info --picture`: the maximum along z of a store with levels, the middle plane of another volume,
/// of which no more is read.
func overviewPicture(of path: String, _ options: VolumeOptions, _ console: Console) throws -> Picture {
  let input = try PictureInput(path, options, console)
  let finest = input.levels[0].extent
  let (view, caption): (VolumeView, String) =
    input.levels.count > 1
    ? (.projection(axis: 0), "maximum along z") : (.plane(axis: 0, index: finest.z / 2), "plane \(finest.z / 2)")
  let longestEdge = 768
  // The plane is one of the only level.
  let volume = try input.volume(level: view.level(of: input.levels.map(\.extent), longestEdge: longestEdge))
  var panels = try PicturePanels(image: volume, labels: [], probability: nil, view: view)
  (panels.voxelSize, panels.scaleUnit) = input.pixelSize(of: volume)
  return try panels.picture(caption: caption, longestEdge: longestEdge)
}
