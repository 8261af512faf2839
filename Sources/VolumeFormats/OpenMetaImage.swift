import Codecs
import Files
import Voxels

/// Opens a MetaImage file: `.mha` with the voxels after the header, or `.mhd` with the voxels in other files.
func openMetaImage(_ file: ReadableFile, options: VolumeOptions) throws -> RawVolume {
  let path = file.path
  let head = [UInt8](try file.read(at: 0, count: min(file.size, MetaImageHeader.longest)))
  let header = try MetaImageHeader(head, path: path)
  let extent = Extent(header.sizes[2], header.sizes[1], header.sizes[0])
  let timePoints = header.sizes[3]
  let counts = VolumeCounts(channels: header.channels, timePoints: timePoints)
  try counts.check(options, path)
  let isSwapped = header.isBigEndian == (UInt16(1).littleEndian == 1) && !header.isText
  let decoder = SampleDecoder(header.stored, isSwapped: isSwapped)
  try checkSize(extent, decoder.voxelType, path: path)
  let voxelBytes = header.stored.byteCount * header.channels
  let (volumeInBytes, overflow) = extent.count.multipliedReportingOverflow(by: voxelBytes)
  let (allInBytes, overflow2) = volumeInBytes.multipliedReportingOverflow(by: timePoints)
  guard !overflow, !overflow2 else {
    throw Fault.badData("\(path) is damaged: expected sizes whose product does not overflow, found \(header.sizes)")
  }
  let (bytes, start, files) = try metaImageBytes(header, file, allInBytes)
  let (offset, overflow3) = start.addingReportingOverflow(volumeInBytes * options.timePoint)
  guard !overflow3 else { throw Fault.badData("\(path) is damaged: expected a HeaderSize that does not overflow") }
  let order = header.isBigEndian ? "big-endian" : "little-endian"
  let notes = [header.stored.note].compactMap(\.self) + counts.notes(options)
  let packing = header.isText ? "text" : header.compressedByteCount == nil ? "uncompressed, \(order)" : "zlib, \(order)"
  var description = VolumeDescription(
    path: path, format: "MetaImage", extent: extent, voxelType: decoder.voxelType,
    voxelSizeInMicrometres: options.voxelSizeInMicrometres ?? header.voxelSizeInMicrometres, channels: header.channels,
    timePoints: timePoints, storage: packing,
    notes: notes, warnings: distantFiles(files, namedBy: path),
    voxelSizeDoubt: options.voxelSizeInMicrometres == nil ? header.voxelSizeDoubt : nil)
  description.place(header.placement, options)
  return try RawVolume(
    description, bytes: bytes, files: files, decoder: decoder,
    layout: RawLayout(offset: offset, samplesPerVoxel: header.channels, sample: options.channel))
}

/// Where the voxels are: the bytes, the offset of the first voxel in them, and all files of the volume.
private func metaImageBytes(
  _ header: MetaImageHeader, _ file: ReadableFile, _ allInBytes: Int
) throws -> (bytes: any ByteSource, start: Int, files: [String]) {
  let path = file.path
  let data: ReadableFile
  switch header.data {
  case .local: data = file
  case .one(let name):
    let place = DataFileNames.paths([name], beside: path)[0]
    guard fileExists(place) || !header.endsWithoutLine else {
      throw Fault.badData(
        "\(path) is truncated, or \(place) is missing: expected a header that ends with the name of a file, found \"\(name)\" at its end"
      )
    }
    data = try ReadableFile(place)
  case .several(let names):
    guard header.compressedByteCount == nil, !header.isText else {
      throw Fault.badData(
        "\(path) lists files with compressed voxels or text: expected raw voxels in them; convert it first, for example by SimpleITK"
      )
    }
    let paths = DataFileNames.paths(names, beside: path)
    let source = try SplitSource(
      paths, start: header.headerSize == -1 ? .end : .offset(header.headerSize), bytesPerFile: allInBytes / paths.count)
    return (source, 0, [path] + paths)
  }
  let isLocal = header.data == .local
  let files = isLocal ? [path] : [path, data.path]
  let begin = header.headerSize > 0 ? header.headerSize : isLocal ? header.byteCount : 0
  if header.isText {
    guard begin <= data.size, data.size - begin <= MemorySource.largest * 4 else {
      throw Fault.badData("\(data.path) is truncated or too large for voxels as text; convert it to binary voxels")
    }
    let text = try data.read(at: begin, count: data.size - begin)
    let voxels = try TextVoxels.decode(
      text, count: allInBytes / header.stored.byteCount, of: header.stored, path: data.path)
    return (MemorySource(voxels, path: data.path), 0, files)
  }
  if let compressed = header.compressedByteCount {
    let end = compressed == 0 ? data.size : begin.addingReportingOverflow(compressed).partialValue
    guard begin <= end, end <= data.size else {
      throw Fault.badData(
        "\(data.path) is truncated: expected \(compressed) compressed bytes after offset \(begin), but the file has \(data.size) bytes"
      )
    }
    return (CompressedStream(data, from: begin, to: end, format: .zlib), 0, files)
  }
  guard header.headerSize == -1 else { return (data, begin, files) }
  guard allInBytes <= data.size else {
    throw Fault.badData(
      "\(data.path) is truncated: expected at least \(allInBytes) bytes of voxels, but the file has \(data.size) bytes")
  }
  return (data, data.size - allInBytes, files)
}
