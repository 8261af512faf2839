import Components
import Foundation
import Pictures
import Voxels
import Zarr

/// What a report says of a prediction: labels over the image, the objects that show most, sizes, density, and whether
/// threshold and stitching are sound.
struct PredictionSection {
  let volume: PredictedVolume
  let threads: Int
  private(set) var section: Section
  private let voxels: LevelVoxels?

  init(_ volume: PredictedVolume, id: String, title: String, threads: Int) throws {
    self.volume = volume
    self.threads = threads
    section = Section(
      id: id, title: title, kind: volume.origin?.command == "infer" ? "prediction" : "labels", path: volume.path,
      origin: volume.origin)
    voxels = volume.imageLevels.isEmpty ? nil : try LevelVoxels(volume.imageLevels, threads: threads)
  }

  mutating func write() throws {
    let count = volume.objects?.count
    section.summary = count.map { counted($0, "object") } ?? "\(volume.extent) voxels"
    var facts = [["extent", "\(volume.extent) voxels\(volume.voxelSize.map { " of \($0.description)" } ?? "")"]]
    for name in ["threshold", "min-voxels", "connectivity", "tile", "stride", "precision"] {
      if let value = volume.origin?.setting(name) { facts.append([name, escaped(value)]) }
    }
    if let count { facts.append(["objects", numberText(count)]) }
    section.add(factLine(facts))
    if volume.image == nil {
      section.find(
        .note, "the image that was segmented is not where it was: labels are shown without it; give its path too")
    }
    try writeOverview()
    if let probabilities = volume.probabilities {
      var threshold = ThresholdCheck(probabilities, origin: volume.origin, threads: threads)
      try threshold.write(into: &section)
    }
    guard let objects = volume.objects, objects.count > 0 else {
      if volume.objects?.count == 0 { section.find(.error, "no object was found", at: section.id) }
      return
    }
    var gallery = ObjectGallery(volume, objects, threads: threads)
    try gallery.write(into: &section)
    ObjectDistributions(volume, objects).write(into: &section)
  }

  /// The maximum along z, with labels over it.
  private mutating func writeOverview() throws {
    guard let labels = volume.labels,
      let level = labels.levels.firstIndex(where: { $0.extent.count <= LevelVoxels.mostVoxels })
    else { return }
    let array = labels.levels[level]
    let pictured = PicturedVolume(name: array.path, extent: array.extent, voxelType: array.voxelType) {
      try array.read($0)
    }
    let stride = pictured.stride(.projection(axis: 0), longestEdge: 720)
    let seen = try pictured.labels(.projection(axis: 0), stride: stride)
    var grey = Picture(width: seen.width, height: seen.height, fill: .grey(16))
    if let voxels {
      let bright = voxels.projection(0)
      let window = ContrastWindow(bright)
      for row in 0..<grey.height {
        for column in 0..<grey.width {
          grey[row, column] = .grey(
            window.level(bright[row * bright.height / grey.height, column * bright.width / grey.width]))
        }
      }
    }
    let size = volume.voxelSize
    let factor = { (axis: Int) in
      Double(labels.extent[axis]) / Double(axis == 1 ? seen.height : seen.width)
    }
    var figures = ""
    for (picture, caption) in [
      (grey, "image"), (LabelOverlay(insideShare: 0.4).drawn(seen, over: grey), "with labels"),
    ] {
      if caption == "image", voxels == nil { continue }
      var image = ImageFigure(picture, voxelSize: size, rows: 1, columns: 2, pixel: factor)
      image.longestEdge = 420
      figures += figure(try image.svg("Maximum along z, \(caption)"), "maximum along z, \(caption)")
    }
    section.heading("Labels over the image")
    section.add("<div class=\"figures\" id=\"\(section.id)-overview\">\(figures)</div>")
    guard let voxels, voxels.extent == array.extent, voxels.planeStride == 1 else { return }
    try findMisplacedLabels(array, voxels)
  }

  private mutating func findMisplacedLabels(_ labels: ZarrArray, _ voxels: LevelVoxels) throws {
    for found in try LabelAlignment.find(labels, voxels, threads: threads).prefix(2) {
      section.find(
        .error,
        "labels lie beside the image \(found.place): by \(found.shiftText), where the image under them is \(percentText(found.gain)) brighter",
        at: "\(section.id)-overview")
    }
  }
}
