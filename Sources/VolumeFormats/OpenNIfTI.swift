import Codecs
import Files
import Foundation
import Voxels

/// Opens a NIfTI file; `file` is gzip-compressed if `isCompressed` is true.
///
/// Axes beyond z: the fourth is time, the rest count as channels, as in the NIfTI standard.
func openNIfTI(_ file: ReadableFile, isCompressed: Bool, options: VolumeOptions) throws -> RawVolume {
  let bytes: any ByteSource = isCompressed ? CompressedStream(file, format: .gzip) : file
  let header = try NIfTIHeader(readHead(bytes, limit: NIfTIHeader.longest), path: file.path)
  return try volume(
    header, path: file.path, format: "NIfTI-\(header.version)", bytes, files: [file.path], isCompressed: isCompressed,
    options)
}

/// Opens a NIfTI or Analyze image of two files: a header (`.hdr`) and the voxels in the file of the same name that ends
/// in `.img` or `.img.gz`.
func openHeaderPair(_ file: ReadableFile, _ head: [UInt8], options: VolumeOptions) throws -> RawVolume {
  let stem = (file.path as NSString).deletingPathExtension
  let names = ["\(stem).img", "\(stem).IMG", "\(stem).img.gz"]
  guard let place = names.first(where: fileExists) else {
    throw Fault.noInput(
      "cannot read \(names[0]), which holds the voxels of \(file.path): there is no such file")
  }
  let image = try ReadableFile(place)
  let isCompressed = [UInt8](try readHead(image, limit: 2)) == [0x1F, 0x8B]
  let bytes: any ByteSource = isCompressed ? CompressedStream(image, format: .gzip) : image
  let isNIfTI = NIfTIHeader.isPair(head)
  let header = isNIfTI ? try NIfTIHeader(head, path: file.path) : try NIfTIHeader(analyze: head, path: file.path)
  return try volume(
    header, path: file.path, format: isNIfTI ? "NIfTI-\(header.version) of two files" : "Analyze 7.5", bytes,
    files: [file.path, place], isCompressed: isCompressed, options)
}

private func volume(
  _ header: NIfTIHeader, path: String, format: String, _ bytes: any ByteSource, files: [String], isCompressed: Bool,
  _ options: VolumeOptions
) throws -> RawVolume {
  let extent = Extent(header.sizes[2], header.sizes[1], header.sizes[0])
  let timePoints = header.sizes[3]
  let channels = try product(header.sizes[4...], path: path)
  let counts = VolumeCounts(channels: channels, timePoints: timePoints)
  try counts.check(options, path)
  let decoder = SampleDecoder(
    header.stored, isSwapped: header.isBigEndian == (UInt16(1).littleEndian == 1), scaling: header.scaling)
  try checkSize(extent, decoder.voxelType, path: path)
  let volumeInBytes = extent.count * header.stored.byteCount
  let (before, overflow) = volumeInBytes.multipliedReportingOverflow(
    by: options.channel * timePoints + options.timePoint)
  let (offset, overflow2) = before.addingReportingOverflow(header.offset)
  guard !overflow, !overflow2 else {
    throw Fault.badData("\(path) is damaged: expected sizes whose product does not overflow, found \(header.sizes)")
  }
  var notes: [String] = []
  if let scaling = header.scaling {
    notes.append(
      "voxels are rescaled to float32 with slope \(scaling.slope) and intercept \(scaling.intercept) from the header")
  } else if let note = header.stored.note {
    notes.append(note)
  }
  var description = VolumeDescription(
    path: path, format: format, extent: extent, voxelType: decoder.voxelType,
    voxelSizeInMicrometres: options.voxelSizeInMicrometres ?? header.voxelSizeInMicrometres, channels: channels,
    timePoints: timePoints,
    storage: "\(isCompressed ? "gzip" : "uncompressed"), \(header.isBigEndian ? "big" : "little")-endian",
    notes: notes + header.notes + counts.notes(options),
    voxelSizeDoubt: options.voxelSizeInMicrometres == nil ? header.voxelSizeDoubt : nil)
  description.place(header.forms.flatMap(VolumePlacement.init), options)
  return try RawVolume(description, bytes: bytes, files: files, decoder: decoder, layout: RawLayout(offset: offset))
}

/// The first `limit` bytes, or all bytes of a shorter file.
func readHead(_ bytes: any ByteSource, limit: Int) throws -> [UInt8] {
  var count = min(limit, bytes.byteCount ?? limit)
  while true {
    do {
      var head = [UInt8](repeating: 0, count: count)
      try head.withUnsafeMutableBytes { try bytes.read(into: $0, at: 0) }
      return head
    } catch let fault as Fault where bytes.byteCount == nil && count > 348 && fault.kind == .badData {
      // A compressed file may be shorter than the longer of the two headers.
      count = 348
    }
  }
}

private func product(_ sizes: ArraySlice<Int>, path: String) throws -> Int {
  var result = 1
  for size in sizes {
    let (next, overflow) = result.multipliedReportingOverflow(by: size)
    guard !overflow, next < 1 << 40 else {
      throw Fault.badData("\(path) is damaged: expected sizes whose product does not overflow, found \(Array(sizes))")
    }
    result = next
  }
  return result
}
