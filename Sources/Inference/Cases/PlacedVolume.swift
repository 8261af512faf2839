import VolumeFormats
import Voxels

/// The voxels of one volume with the place in space of another.
final class PlacedVolume: VolumeSource {
  let description: VolumeDescription
  private let source: any VolumeSource

  init(_ source: any VolumeSource, _ placed: VolumeDescription) {
    var description = source.description
    description.voxelSizeInMicrometres = placed.voxelSizeInMicrometres
    description.placement = placed.placement
    self.description = description
    self.source = source
  }

  var readingGeometry: ReadingGeometry { source.readingGeometry }
  var inputPaths: [String] { source.inputPaths }
  func files(holding region: Region) -> [String] { source.files(holding: region) }
  func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws {
    try source.read(region, into: buffer, at: origin)
  }
}
