import Codecs
import Files
import Foundation
import Voxels

/// Opens an NRRD file: `.nrrd` with the voxels after the header, or `.nhdr` with the voxels in other files.
func openNRRD(_ file: ReadableFile, options: VolumeOptions) throws -> RawVolume {
  let path = file.path
  let header = try NRRDHeader([UInt8](try file.read(at: 0, count: min(file.size, NRRDHeader.longest))), path: path)
  let axes = try NRRDAxes(header, path: path)
  let counts = VolumeCounts(channels: axes.channels, timePoints: axes.timePoints)
  try counts.check(options, path)
  let isText = header.encoding == .text
  let isBig = header.isBigEndian ?? false
  let decoder = SampleDecoder(header.stored, isSwapped: !isText && isBig == (UInt16(1).littleEndian == 1))
  try checkSize(axes.extent, decoder.voxelType, path: path)
  // The axes were checked not to overflow.
  let all = header.sizes.reduce(header.stored.byteCount, *)
  let (bytes, start, files) = try nrrdBytes(header, file, all)
  let place = axes.place(channel: options.channel, timePoint: options.timePoint)
  let notes = [header.stored.note].compactMap(\.self) + counts.notes(options) + axes.notes
  var warnings = distantFiles(files, namedBy: path)
  if header.isBigEndian == nil, header.stored.byteCount > 1, !isText {
    warnings.append("the header does not give the byte order; little-endian is assumed")
  }
  let order = isText || header.stored.byteCount == 1 ? "" : isBig ? ", big-endian" : ", little-endian"
  var description = VolumeDescription(
    path: path, format: "NRRD", extent: axes.extent, voxelType: decoder.voxelType,
    voxelSizeInMicrometres: options.voxelSizeInMicrometres ?? axes.voxelSizeInMicrometres, channels: axes.channels,
    timePoints: axes.timePoints, storage: "\(header.encoding.rawValue)\(order)", notes: notes, warnings: warnings,
    voxelSizeDoubt: options.voxelSizeInMicrometres == nil ? axes.voxelSizeDoubt : nil)
  description.place(axes.placement, options)
  let (offset, overflow) = (place.voxels * header.stored.byteCount).addingReportingOverflow(start)
  guard !overflow else { throw Fault.badData("\(path) is damaged: expected a byte skip that does not overflow") }
  return try RawVolume(
    description, bytes: bytes, files: files, decoder: decoder,
    layout: RawLayout(offset: offset, samplesPerVoxel: axes.samplesPerVoxel, sample: place.sample))
}

/// Where the voxels are: the bytes, the offset of the first voxel in them, and all files of the volume.
private func nrrdBytes(
  _ header: NRRDHeader, _ file: ReadableFile, _ all: Int
) throws -> (bytes: any ByteSource, start: Int, files: [String]) {
  let path = file.path
  if header.dataFiles.count > 1 {
    guard header.encoding == .raw, header.lineSkip == 0, all % header.dataFiles.count == 0 else {
      throw Fault.badData(
        "\(path) lists files that are not raw parts of equal size: expected raw voxels in them; convert it first, for example by unu save"
      )
    }
    let paths = DataFileNames.paths(header.dataFiles, beside: path)
    let source = try SplitSource(
      paths, start: header.byteSkip == -1 ? .end : .offset(header.byteSkip), bytesPerFile: all / paths.count)
    return (source, 0, [path] + paths)
  }
  let data = try header.dataFiles.first.map { try ReadableFile(DataFileNames.paths([$0], beside: path)[0]) } ?? file
  let files = data === file ? [path] : [path, data.path]
  let begin = try afterLines(header.lineSkip, in: data, from: data === file ? header.byteCount : 0)
  switch header.encoding {
  case .raw:
    if header.byteSkip == -1 {
      guard all <= data.size else {
        throw Fault.badData("\(data.path) is truncated: expected at least \(all) bytes of voxels, found \(data.size)")
      }
      return (data, data.size - all, files)
    }
    let (start, overflow) = begin.addingReportingOverflow(header.byteSkip)
    guard !overflow else { throw Fault.badData("\(path) is damaged: expected a byte skip that does not overflow") }
    return (data, start, files)
  case .gzip:
    // Bytes are skipped after decompression.
    return (CompressedStream(data, from: begin, format: .gzip), header.byteSkip, files)
  case .bzip2, .text, .hex:
    let (length, overflow) = all.addingReportingOverflow(header.byteSkip)
    guard !overflow, length <= MemorySource.largest, data.size - begin <= MemorySource.largest * 4 else {
      throw Fault.badData(
        "\(path) is too large for the encoding \(header.encoding.rawValue): expected at most \(MemorySource.largest) bytes of voxels, found \(all); save it as gzip or raw, for example by unu save -e gzip"
      )
    }
    let contents = try data.read(at: begin, count: data.size - begin)
    let decoded: [UInt8]
    switch header.encoding {
    case .bzip2: decoded = try unpackedBZip2(contents, length, data.path)
    case .hex: decoded = try bytes(inHexadecimal: contents, length, data.path)
    default:
      decoded = try TextVoxels.decode(
        contents, count: all / header.stored.byteCount, of: header.stored, path: data.path)
      return (MemorySource(decoded, path: data.path), 0, files)
    }
    return (MemorySource(decoded, path: data.path), header.byteSkip, files)
  }
}

/// The offset after `count` lines from `start` on.
private func afterLines(_ count: Int, in file: ReadableFile, from start: Int) throws -> Int {
  var (position, left) = (start, count)
  while left > 0 {
    let piece = try file.read(at: position, count: min(1 << 16, file.size - position))
    guard !piece.isEmpty else {
      throw Fault.badData("\(file.path) is truncated: expected \(count) lines before the voxels, found \(count - left)")
    }
    for (index, byte) in piece.enumerated() where byte == 10 {
      left -= 1
      if left == 0 { return position + index + 1 }
    }
    position += piece.count
  }
  return position
}

private func unpackedBZip2(_ contents: Data, _ length: Int, _ path: String) throws -> [UInt8] {
  do {
    return try withCodecContext { context in
      try contents.withUnsafeBytes { [UInt8](try BZip2Codec().decode($0, limit: length, context)) }
    }
  } catch let error as CodecError {
    throw Fault.badData("\(path) is damaged: expected \(length) bytes of voxels, found that \(error.message)")
  }
}

private func bytes(inHexadecimal text: Data, _ length: Int, _ path: String) throws -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(min(length, text.count / 2))
  var high: UInt8?
  for character in text where character > 32 {
    let digit: UInt8
    switch character {
    case 48...57: digit = character - 48
    case 65...70: digit = character - 55
    case 97...102: digit = character - 87
    default: throw Fault.badData("\(path) is damaged: expected hexadecimal digits, found byte \(character)")
    }
    if let upper = high {
      bytes.append(upper << 4 | digit)
      high = nil
      if bytes.count == length { return bytes }
    } else {
      high = digit
    }
  }
  throw Fault.badData("\(path) is truncated: expected \(length) bytes in hexadecimal digits, found \(bytes.count)")
}
