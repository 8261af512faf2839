import Files
import Voxels

/// Opens a NumPy array file. Its axes are (z, y, x), optionally preceded by channel, or by time and channel, or followed
/// by a few channels, as in `ArrayAxes`; an array of two axes is one plane.
func openNumPy(_ file: ReadableFile, options: VolumeOptions) throws -> any VolumeSource {
  try openNumPy(file, path: file.path, format: "NumPy array", options: options)
}

/// - Parameter file: the bytes of the array file, which may be a member of an archive at `path`.
func openNumPy(
  _ file: any ByteSource, path: String, format: String, options: VolumeOptions
) throws -> any VolumeSource {
  let header = try NumPyHeader(file, path: path)
  let axes: ArrayAxes
  do {
    axes = try ArrayAxes(names: nil, shape: header.shape)
  } catch let problem as ArrayAxes.Problem {
    throw Fault.badData("\(path) is not a volume: \(problem.message)")
  }
  let (timePoints, channels) = (axes.timePoints, axes.channels)
  let counts = VolumeCounts(channels: channels, timePoints: timePoints)
  try counts.check(options, path)
  let extent = axes.volume(channel: 0, timePoint: 0).extent(of: header.shape)
  let decoder = SampleDecoder(header.stored, isSwapped: header.isBigEndian == (UInt16(1).littleEndian == 1))
  try checkSize(extent, decoder.voxelType, path: path)
  // All sizes are positive, so the products that follow cannot overflow once this one fits in the file.
  var all = header.stored.byteCount
  for size in header.shape {
    let (product, overflow) = all.multipliedReportingOverflow(by: size)
    guard !overflow, product <= file.largestByteCount - header.byteCount else {
      throw Fault.badData(
        "\(path) is truncated or damaged: expected \(header.shape.map(String.init).joined(separator: " × ")) numbers of \(header.stored.rawValue) after offset \(header.byteCount), but it has at most \(file.largestByteCount) bytes"
      )
    }
    all = product
  }
  var notes = header.stored.note.map { [$0] } ?? []
  notes += counts.notes(options)
  let order = header.stored.byteCount == 1 ? "" : header.isBigEndian ? ", big-endian" : ", little-endian"
  var description = VolumeDescription(
    path: path, format: format, extent: extent, voxelType: decoder.voxelType,
    voxelSizeInMicrometres: options.voxelSizeInMicrometres, channels: channels, timePoints: timePoints,
    storage: "\(file.isSequential ? "deflate" : "uncompressed"), \(header.isFortran ? "Fortran" : "C") order\(order)",
    notes: notes,
    warnings: axes.doubts)
  description.axes = axes.text
  let volumeInBytes = extent.count * header.stored.byteCount
  // Channels after x vary fastest in C order, those before z in Fortran order: they are interleaved like the samples of
  // a pixel.
  let isChannelLast = axes.channel == header.shape.count - 1
  guard header.isFortran else {
    return try RawVolume(
      description, bytes: file, files: [path], decoder: decoder,
      layout: isChannelLast
        ? RawLayout(
          offset: header.byteCount + options.timePoint * channels * volumeInBytes, samplesPerVoxel: channels,
          sample: options.channel)
        : RawLayout(
          offset: header.byteCount + (options.timePoint * channels + options.channel) * volumeInBytes))
  }
  return try FortranVolume(
    description, bytes: file, decoder: decoder,
    layout: isChannelLast
      ? RawLayout(
        offset: header.byteCount + options.channel * timePoints * volumeInBytes, samplesPerVoxel: timePoints,
        sample: options.timePoint)
      : RawLayout(
        offset: header.byteCount, samplesPerVoxel: timePoints * channels,
        sample: options.channel * timePoints + options.timePoint))
}
