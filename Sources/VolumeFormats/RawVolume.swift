import Codecs
import Files
import Voxels

/// Contiguous voxels, x fastest, in a file or a decompressed stream: NIfTI, MetaImage and NumPy.
final class RawVolume: VolumeSource {
  let description: VolumeDescription
  let readingGeometry: ReadingGeometry
  private let bytes: any ByteSource
  let inputPaths: [String]
  private let decoder: SampleDecoder
  private let layout: RawLayout

  /// - Throws: `Fault.badData` when there are known to be fewer bytes than the voxels need.
  init(
    _ description: VolumeDescription, bytes: any ByteSource, files: [String], decoder: SampleDecoder, layout: RawLayout
  ) throws {
    self.description = description
    self.bytes = bytes
    inputPaths = files
    self.decoder = decoder
    self.layout = layout
    try checkSize(description.extent, description.voxelType, path: description.path)
    let voxels = description.extent.count
    let (needed, overflow) = voxels.multipliedReportingOverflow(by: decoder.stored.byteCount * layout.samplesPerVoxel)
    let (end, overflow2) = needed.addingReportingOverflow(layout.offset)
    guard !overflow, !overflow2, end <= bytes.largestByteCount else {
      let most = "\(bytes.byteCount == nil ? "can hold at most" : "has") \(bytes.largestByteCount) bytes"
      throw Fault.badData(
        "\(description.path) is truncated or damaged: expected \(overflow ? "a representable number of" : "\(needed)") bytes of voxels after offset \(layout.offset), but \(files.last ?? "it") \(most)"
      )
    }
    let isDirect = layout.samplesPerVoxel == 1 && decoder.stored.byteCount == decoder.voxelType.byteCount
    readingGeometry = ReadingGeometry(
      // A compressed stream is cheapest to read plane by plane.
      piece: bytes.isSequential ? Extent(1, description.extent.y, description.extent.x) : Extent(1),
      scratchInBytes: isDirect ? 0 : description.extent.x * decoder.stored.byteCount * layout.samplesPerVoxel,
      residentInBytes: bytes.residentInBytes, isSequential: bytes.isSequential)
  }

  func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws {
    checkRequest(region, buffer, origin)
    if region.isEmpty { return }
    let extent = description.extent
    let voxelBytes = buffer.type.byteCount
    let storedBytes = decoder.stored.byteCount * layout.samplesPerVoxel
    let inPlace = storedBytes == voxelBytes
    // Whole rows that are contiguous in both source and destination are read at once.
    let isWide = inPlace && region.extent.x == extent.x && buffer.extent.x == extent.x
    let rowsAtOnce = isWide ? region.extent.y : 1
    let scratch = Scratch()
    defer { withExtendedLifetime((scratch, buffer)) {} }
    for z in 0..<region.extent.z {
      for y in stride(from: 0, to: region.extent.y, by: rowsAtOnce) {
        let from = extent.index(of: Coordinate(region.origin.z + z, region.origin.y + y, region.origin.x))
        let to = buffer.extent.index(of: Coordinate(origin.z + z, origin.y + y, origin.x))
        let count = rowsAtOnce * region.extent.x
        let target = buffer.bytes.baseAddress! + to * voxelBytes
        let samples = inPlace ? target : scratch.bytes(count * storedBytes)
        try bytes.read(
          into: UnsafeMutableRawBufferPointer(start: samples, count: count * storedBytes),
          at: layout.offset + from * storedBytes)
        try decoder.decode(
          samples + layout.sample * decoder.stored.byteCount, count: count, stride: layout.samplesPerVoxel,
          into: target,
          path: description.path)
      }
    }
    try compareChecksum(after: region)
  }

  /// Compressed streams end with a checksum of all preceding data, which is verified after the last voxel is read.
  private func compareChecksum(after region: Region) throws {
    guard region.end == Region(description.extent).end, let stream = bytes as? CompressedStream else { return }
    let voxelBytes = decoder.stored.byteCount * layout.samplesPerVoxel
    try stream.compareChecksum(at: layout.offset + description.extent.count * voxelBytes)
  }
}

/// Where the voxels of one volume start, and how the samples of a voxel are interleaved.
struct RawLayout: Sendable, Equatable {
  var offset: Int
  var samplesPerVoxel = 1
  var sample = 0
}
