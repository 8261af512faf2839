import Codecs
import Files
import Voxels

/// Opens a MetaImage file: `.mha` with the voxels after the header, or `.mhd` with the voxels in a separate file.
func openMetaImage(_ file: ReadableFile, options: VolumeOptions) throws -> RawVolume {
  let path = file.path
  let head = [UInt8](try file.read(at: 0, count: min(file.size, MetaImageHeader.longest)))
  let header = try MetaImageHeader(head, path: path)
  let extent = Extent(header.sizes[2], header.sizes[1], header.sizes[0])
  let timePoints = header.sizes[3]
  guard options.channel < header.channels, options.timePoint < timePoints else {
    throw Fault.usage(
      "\(path) has \(header.channels) channels and \(timePoints) time points, but channel \(options.channel) at time point \(options.timePoint) was requested; they count from 0"
    )
  }
  let decoder = SampleDecoder(header.stored, isSwapped: header.isBigEndian == (UInt16(1).littleEndian == 1))
  try checkSize(extent, decoder.voxelType, path: path)
  let voxelBytes = header.stored.byteCount * header.channels
  let (volumeInBytes, overflow) = extent.count.multipliedReportingOverflow(by: voxelBytes)
  let (allInBytes, overflow2) = volumeInBytes.multipliedReportingOverflow(by: timePoints)
  guard !overflow, !overflow2 else {
    throw Fault.badData("\(path) is damaged: expected sizes whose product does not overflow, found \(header.sizes)")
  }
  let isLocal = header.dataFile == "LOCAL"
  guard isLocal || (header.dataFile != "LIST" && !header.dataFile.contains("%")) else {
    throw Fault.badData("\(path) stores its voxels in a list of files: expected one file or LOCAL; convert it first")
  }
  let dataPath =
    isLocal || header.dataFile.hasPrefix("/") ? header.dataFile : joinPath(parentDirectory(of: path), header.dataFile)
  let data = isLocal ? file : try ReadableFile(dataPath)
  let bytes: any ByteSource
  var offset = volumeInBytes * options.timePoint
  if let compressed = header.compressedByteCount {
    let start = isLocal ? header.byteCount : max(header.headerSize, 0)
    let end = compressed == 0 ? data.size : start.addingReportingOverflow(compressed).partialValue
    guard start <= end, end <= data.size else {
      throw Fault.badData(
        "\(data.path) is truncated: expected \(compressed) compressed bytes after offset \(start), but the file has \(data.size) bytes"
      )
    }
    bytes = CompressedStream(data, from: start, to: end, format: .zlib)
  } else {
    guard header.headerSize != -1 || allInBytes <= data.size else {
      throw Fault.badData(
        "\(data.path) is truncated: expected at least \(allInBytes) bytes of voxels, but the file has \(data.size) bytes"
      )
    }
    let start = header.headerSize == -1 ? data.size - allInBytes : isLocal ? header.byteCount : header.headerSize
    let (sum, overflow) = start.addingReportingOverflow(offset)
    guard !overflow else { throw Fault.badData("\(path) is damaged: expected a HeaderSize that does not overflow") }
    offset = sum
    bytes = data
  }
  let order = header.isBigEndian ? "big-endian" : "little-endian"
  var notes = header.stored.note.map { [$0] } ?? []
  if header.channels > 1 { notes.append("channel \(options.channel) of \(header.channels) is read") }
  let description = VolumeDescription(
    path: path, format: "MetaImage", extent: extent, voxelType: decoder.voxelType,
    voxelSizeInMicrometres: options.voxelSizeInMicrometres ?? header.voxelSizeInMicrometres, channels: header.channels,
    timePoints: timePoints, storage: "\(header.compressedByteCount == nil ? "uncompressed" : "zlib"), \(order)",
    notes: notes)
  return try RawVolume(
    description, bytes: bytes, files: isLocal ? [path] : [path, dataPath], decoder: decoder,
    layout: RawLayout(offset: offset, samplesPerVoxel: header.channels, sample: options.channel))
}
