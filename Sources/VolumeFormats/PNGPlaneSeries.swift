import Files
import Foundation
import Voxels

/// A directory of PNG files, one plane per file, as SmartSPIM writes them.
///
/// A PNG file can only be decoded as a whole. Only the first plane is examined when the series is opened; every other
/// one is compared with it when it is read or checked.
final class PNGPlaneSeries: VolumeSource {
  let description: VolumeDescription
  let readingGeometry: ReadingGeometry
  private let directory: String
  private let names: [String]
  private let first: PNGPlane
  private let sample: Int

  init(_ series: PlaneDirectory, options: VolumeOptions) throws {
    directory = series.path
    first = try PNGPlane(series.firstPath)
    let selection = try series.selection(options, samplesPerPixel: first.samplesPerPixel)
    (names, sample) = (selection.names, selection.sample)
    let extent = Extent(names.count, first.height, first.width)
    try checkSize(extent, first.voxelType, path: directory)
    var description = VolumeDescription(
      path: directory, format: "PNG plane series", extent: extent, voxelType: first.voxelType,
      voxelSizeInMicrometres: options.voxelSizeInMicrometres, channels: selection.counts.channels,
      timePoints: selection.counts.timePoints,
      storage: "deflate, one plane at a time", notes: selection.counts.notes(options),
      warnings: series.naming.doubts
        + (first.isPalette ? ["palette indices are read as voxel values, although the palette may give others"] : []))
    description.planeOrder = series.planeOrder(first: names[0], last: names[names.count - 1])
    self.description = description
    readingGeometry = ReadingGeometry(
      piece: Extent(1, first.height, first.width), scratchInBytes: first.byteCount + 1 << 20)
  }

  func files(holding region: Region) -> [String] { region.range(0).map { joinPath(directory, names[$0]) } }

  func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws {
    checkRequest(region, buffer, origin)
    if region.isEmpty { return }
    let plane = UnsafeMutableRawBufferPointer.allocate(byteCount: max(first.byteCount, 1), alignment: 16)
    defer { plane.deallocate() }
    for z in region.range(0) {
      try openPlane(z).read(joinPath(directory, names[z]), into: plane)
      let to = Coordinate(origin.z + z - region.origin.z, origin.y, origin.x)
      first.voxelType == .uint16
        ? copy(UnsafeRawBufferPointer(plane), region, buffer, to, UInt16.self)
        : copy(UnsafeRawBufferPointer(plane), region, buffer, to, UInt8.self)
    }
  }

  private func copy<Scalar: VoxelScalar>(
    _ plane: UnsafeRawBufferPointer, _ region: Region, _ buffer: VoxelBuffer, _ to: Coordinate, _ type: Scalar.Type
  ) {
    let samples = plane.bindMemory(to: Scalar.self)
    defer { withExtendedLifetime(buffer) {} }
    let voxels = buffer.voxels(as: Scalar.self)
    let stride = first.samplesPerPixel
    for y in region.range(1) {
      let row = buffer.extent.index(of: Coordinate(to.z, to.y + y - region.origin.y, to.x))
      let start = (y * first.width + region.origin.x) * stride + sample
      for x in 0..<region.extent.x { voxels[row + x] = samples[start + x * stride] }
    }
  }

  func check(part: Int, of parts: Int) throws {
    for z in stride(from: part, to: names.count, by: parts) { _ = try openPlane(z) }
  }

  private func openPlane(_ z: Int) throws -> PNGPlane {
    let path = joinPath(directory, names[z])
    let plane = try PNGPlane(path)
    guard plane.isLike(first) else {
      throw Fault.badData(
        "\(path) does not belong to the series: expected \(first.shapeText) as in \(names[0]), found \(plane.shapeText)"
      )
    }
    return plane
  }
}
