import Codecs
import Files
import Foundation
import Voxels
import Zarr

/// Opens a volume in any format, detected from its contents, not its name.
///
/// - Throws: `Fault.noInput` when `path` does not exist or is empty, `Fault.badData` when it is not a volume that Sheaf
///   can read, `Fault.usage` when the options request a channel, time point or dataset that does not exist.
public func openVolume(_ path: String, options: VolumeOptions = VolumeOptions()) throws -> any VolumeSource {
  guard options.channel >= 0, options.timePoint >= 0 else {
    throw Fault.usage(
      "channels and time points count from 0, but channel \(options.channel) at time point \(options.timePoint) was requested"
    )
  }
  guard fileExists(path) else {
    throw Fault.noInput("cannot read \(path): there is no such file or directory")
  }
  if isDirectory(path) {
    if try options.dataset != nil || ZarrVolume.matches(path) { return try ZarrVolume(path, options: options) }
    let series = try PlaneDirectory(path, glob: options.planes)
    switch series.kind {
    case .tiff: return try TIFFPlaneSeries(series, options: options)
    case .png: return try PNGPlaneSeries(series, options: options)
    }
  }
  if let planes = options.planes {
    throw Fault.usage("\(path) is a file: --planes '\(planes)' chooses among the files of a directory; leave it out")
  }
  let file = try ReadableFile(path)
  let head = [UInt8](try file.read(at: 0, count: min(file.size, 4096)))
  let name = (path as NSString).lastPathComponent
  if isTIFF(head) {
    if let (kind, advice) = ForeignFile.disguisedAsTIFF(name) {
      throw Fault.badData("\(path) is \(kind), which Sheaf does not read: \(advice)")
    }
    return try TIFFStack(path, options: options)
  }
  if OMEDocument.matches(String(decoding: head, as: UTF8.self)) {
    return try TIFFStack(companion: path, options: options)
  }
  if try HDF5File.matches(file) { return try openHDF5(path, options: options) }
  if ZipDirectory.matches(head) { return try openArchive(file, options: options) }
  if let dataset = options.dataset {
    throw Fault.usage("\(path) has no named images or arrays; omit --dataset \(dataset)")
  }
  if NumPyHeader.matches(head) { return try openNumPy(file, options: options) }
  if NIfTIHeader.matches(head) { return try openNIfTI(file, isCompressed: false, options: options) }
  if head.starts(with: [0x1F, 0x8B]) {
    let inner = try readHead(CompressedStream(file, format: .gzip), limit: NIfTIHeader.longest)
    if NIfTIHeader.matches(inner) { return try openNIfTI(file, isCompressed: true, options: options) }
  }
  if NIfTIHeader.isPair(head) || NIfTIHeader.isAnalyze(head) {
    return try openHeaderPair(file, [UInt8](try readHead(file, limit: NIfTIHeader.longest)), options: options)
  }
  if NRRDHeader.matches(head) { return try openNRRD(file, options: options) }
  if MetaImageHeader.matches(head) { return try openMetaImage(file, options: options) }
  if BigDataViewerXML.matches(head) { return try openBigDataViewer(xml: path, options: options) }
  if let header = headerBeside(path) {
    let file = try ReadableFile(header)
    return try openHeaderPair(file, [UInt8](try readHead(file, limit: NIfTIHeader.longest)), options: options)
  }
  if let (kind, advice) = ForeignFile.description(head, name: name) {
    throw Fault.badData("\(path) is \(kind), which Sheaf does not read: \(advice)")
  }
  throw Fault.badData(
    "\(path) is not a volume that Sheaf reads: expected a directory of planes, an OME-Zarr store or N5 container, or a TIFF, HDF5, NIfTI, Analyze, NRRD, MetaImage or NumPy file, found \(ForeignFile.found(head, name: name))"
  )
}

/// The header of an image file (`.img`) of NIfTI or Analyze, which has none itself.
private func headerBeside(_ path: String) -> String? {
  let name = path as NSString
  guard name.pathExtension.lowercased() == "img" else { return nil }
  return ["hdr", "HDR"].map { "\(name.deletingPathExtension).\($0)" }.first { header in
    guard fileExists(header), let file = try? ReadableFile(header), let head = try? readHead(file, limit: 348) else {
      return false
    }
    return NIfTIHeader.isPair(head) || NIfTIHeader.isAnalyze(head)
  }
}

/// One level of an open store.
public func openVolume(
  _ store: Store, level: Int, options: VolumeOptions = VolumeOptions()
) throws -> any VolumeSource {
  try ZarrVolume(store, level: level, options: options)
}

func isTIFF(_ head: [UInt8]) -> Bool {
  guard head.count >= 4 else { return false }
  let magics: [[UInt8]] = [[0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43]]
  return magics.contains(Array(head[0..<4]))
}
