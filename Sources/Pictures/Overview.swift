import Files
import Voxels

/// Publishes a picture that shows at a glance what a model made of a volume: above, the plane with most of the true
/// structure (the middle one when no truth is known); below, maximum projections along z. Truth and prediction lie as
/// colours over the image, a colour an object.
///
/// - Parameters:
///   - truth: labels, 0 background; nil when unknown.
///   - prediction: the same.
/// - Precondition: all have one extent, and labels are unsigned integers.
/// - Throws: `Fault.cannotCreate` or `Fault.io` when the file cannot be written.
package func writeOverview(
  image: VoxelBuffer, truth: VoxelBuffer?, prediction: VoxelBuffer?, to path: String
) throws {
  for other in [truth, prediction].compactMap({ $0 }) {
    precondition(other.extent == image.extent, "labels of \(other.extent) over an image of \(image.extent)")
  }
  let volume = PicturedVolume(image)
  let plane = truth.map(planeWithMostLabels) ?? image.extent.z / 2
  let magnification = max(1, 480 / max(image.extent.y, image.extent.x))
  let views: [(name: String, view: VolumeView)] = [
    ("plane \(plane)", .plane(axis: 0, index: plane)), ("maximum", .projection(axis: 0)),
  ]
  let rows = try views.map { name, view in
    let brightness = try volume.brightness(view)
    let picture = ContrastWindow(brightness).picture(brightness)
    var panels = [Montage.Panel("image, \(name)", picture.magnified(magnification))]
    for (caption, labels) in [("truth", truth), ("prediction", prediction)] {
      guard let labels else { continue }
      let plane = try PicturedVolume(labels).labels(view)
      panels.append(.init(caption, LabelOverlay().drawn(plane, over: picture, magnification: magnification)))
    }
    return panels
  }
  try Montage(rows).picture().write(to: path)
}

private func planeWithMostLabels(_ labels: VoxelBuffer) -> Int {
  let size = labels.type.byteCount
  let planeBytes = labels.extent.y * labels.extent.x * size
  let counts = (0..<labels.extent.z).map { z -> Int in
    let bytes = labels.bytes[(z * planeBytes)..<((z + 1) * planeBytes)]
    var count = 0
    // A label is there when any of its bytes is not zero.
    for voxel in stride(from: bytes.startIndex, to: bytes.endIndex, by: size) {
      for byte in voxel..<(voxel + size) where bytes[byte] != 0 {
        count += 1
        break
      }
    }
    return count
  }
  let most = counts.max() ?? 0
  return most == 0 ? labels.extent.z / 2 : counts.firstIndex(of: most)!
}
