import Files
import Voxels

/// Opens a NumPy array file. Its axes are (z, y, x), optionally preceded by channel, or by time and channel; an array
/// of two axes is one plane.
func openNumPy(_ file: ReadableFile, options: VolumeOptions) throws -> any VolumeSource {
  let path = file.path
  let header = try NumPyHeader(file)
  let sizes = Array(repeating: 1, count: 5 - header.shape.count) + header.shape
  let (timePoints, channels) = (sizes[0], sizes[1])
  try checkSelection(options, channels: channels, timePoints: timePoints, path: path)
  let extent = Extent(sizes[2], sizes[3], sizes[4])
  let decoder = SampleDecoder(header.stored, isSwapped: header.isBigEndian == (UInt16(1).littleEndian == 1))
  try checkSize(extent, decoder.voxelType, path: path)
  // All sizes are positive, so the products that follow cannot overflow once this one fits in the file.
  var all = header.stored.byteCount
  for size in sizes {
    let (product, overflow) = all.multipliedReportingOverflow(by: size)
    guard !overflow, product <= file.size - header.byteCount else {
      throw Fault.badData(
        "\(path) is truncated or damaged: expected \(header.shape.map(String.init).joined(separator: " × ")) numbers of \(header.stored.rawValue) after offset \(header.byteCount), but the file has \(file.size) bytes"
      )
    }
    all = product
  }
  var notes = header.stored.note.map { [$0] } ?? []
  if channels > 1 { notes.append("channel \(options.channel) of \(channels) is read") }
  if timePoints > 1 { notes.append("time point \(options.timePoint) of \(timePoints) is read") }
  let order = header.stored.byteCount == 1 ? "" : header.isBigEndian ? ", big-endian" : ", little-endian"
  let description = VolumeDescription(
    path: path, format: "NumPy array", extent: extent, voxelType: decoder.voxelType,
    voxelSizeInMicrometres: options.voxelSizeInMicrometres, channels: channels, timePoints: timePoints,
    storage: "uncompressed, \(header.isFortran ? "Fortran" : "C") order\(order)", notes: notes)
  guard header.isFortran else {
    let volume = options.timePoint * channels + options.channel
    let offset = header.byteCount + volume * extent.count * header.stored.byteCount
    return try RawVolume(description, bytes: file, files: [path], decoder: decoder, layout: RawLayout(offset: offset))
  }
  // The first axis varies fastest: time points and channels are interleaved like the samples of a pixel.
  return try FortranVolume(
    description, bytes: file, decoder: decoder,
    layout: RawLayout(
      offset: header.byteCount, samplesPerVoxel: timePoints * channels,
      sample: options.channel * timePoints + options.timePoint))
}
