import CHDF5
import Codecs
import Files
import Voxels

/// A source that reads a box of one HDF5 dataset: its axes z, y and x, in any order, at a fixed position along the others.
///
/// Chunks are looked up in the file's index under the library's lock, which takes microseconds, and are read and
/// decoded outside it. Only datasets that are not chunked are read through the library, by one thread at a time:
/// `volume` uses it only for small ones.
final class HDF5Volume: VolumeSource {
  let description: VolumeDescription
  let readingGeometry: ReadingGeometry
  let inputPaths: [String]
  private let dataset: HDF5Dataset
  /// Where the volume lies in the dataset.
  private let axes: VolumeAxes
  private let decoder: SampleDecoder
  /// The grid of pieces that are read at once, over the whole dataset, which may be larger than the volume.
  private let pieces: Lattice
  /// For chunks that are read without the library: their shape and size.
  private let chunk: (shape: [Int], byteCount: Int)?

  /// Memory that the library keeps per file: its metadata cache (32 MiB) and one chunk.
  private static let residentInBytes = 40 << 20
  /// Amount read per library call where the dataset has no chunks.
  private static let largestUncutPieceInBytes = 4 << 20

  /// - Parameters:
  ///   - stored: the element type, where the format specifies it more precisely than the dataset does.
  ///   - description: its extent must not exceed the dataset's; `storage` is filled in here.
  init(
    _ dataset: HDF5Dataset, axes: VolumeAxes, stored: StoredType, description: VolumeDescription, inputPaths: [String]
  ) throws {
    self.dataset = dataset
    self.axes = axes
    self.inputPaths = inputPaths
    decoder = SampleDecoder(
      stored, isSwapped: dataset.isChunked && dataset.isBigEndian == (UInt16(1).littleEndian == 1))
    if let other = dataset.filters.first(where: { $0.codec == nil }) {
      throw Fault.badData(
        "/\(dataset.name) of \(dataset.file.path) is compressed by \(other.description): expected gzip, lz4, lzf, szip, blosc, zstd, bitshuffle, shuffle or fletcher32; convert the file, for example by h5repack -f GZIP=1"
      )
    }
    let whole = axes.extent(of: dataset.shape)
    try checkSize(whole, stored.voxelType, path: dataset.file.path)
    let size = stored.byteCount
    if case .chunked(let shape) = dataset.layout {
      pieces = Lattice(extent: whole, cell: axes.extent(of: shape))
      chunk = (shape, shape.reduce(1, *) * size)
    } else {
      let rows = max(1, min(whole.y, Self.largestUncutPieceInBytes / (whole.x * size)))
      pieces = Lattice(extent: whole, cell: dataset.layout == .compact ? whole : Extent(1, rows, whole.x))
      chunk = nil
    }
    var description = description
    description.storage = dataset.storageText
    self.description = description
    let pieceInBytes = chunk?.byteCount ?? pieces.cell.count * size
    readingGeometry = ReadingGeometry(
      piece: pieces.cell.clamped(to: description.extent),
      scratchInBytes: chunk == nil
        ? 3 * pieceInBytes : HDF5ChunkDecoder.scratchInBytes(dataset.filters, chunkInBytes: pieceInBytes),
      residentInBytes: Self.residentInBytes)
  }

  func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws {
    checkRequest(region, buffer, origin)
    if region.isEmpty { return }
    if case .contiguous(nil) = dataset.layout { return try fill(region, of: region, buffer, origin) }
    let positions = pieces.positions(intersecting: region)
    guard let chunk else {
      return try positions.forEachPosition {
        try readThroughLibrary(pieces.fullRegion(at: $0).intersection(region), region, buffer, origin)
      }
    }
    let chunkDecoder = HDF5ChunkDecoder(dataset, chunkInBytes: chunk.byteCount)
    try withCodecContext { context in
      try positions.forEachPosition {
        try readChunk(pieces.fullRegion(at: $0), chunk, chunkDecoder, context, region, buffer, origin)
      }
    }
  }

  private func readChunk(
    _ piece: Region, _ chunk: (shape: [Int], byteCount: Int), _ chunkDecoder: HDF5ChunkDecoder,
    _ context: CodecContext, _ region: Region, _ buffer: VoxelBuffer, _ origin: Coordinate
  ) throws {
    let wanted = piece.intersection(region)
    let start = axes.placing(piece.origin, among: zip(axes.fixed, chunk.shape).map { $0 / $1 * $1 })
    guard let found = try dataset.chunk(at: start) else {
      return try fill(wanted, of: region, buffer, origin)
    }
    let isCut = zip(zip(start, chunk.shape), dataset.shape).contains { $0.0 + $0.1 > $1 }
    let elements = try chunkDecoder.decode(found, at: start, isCut: isCut, context)
    try copy(wanted, from: elements, shape: chunk.shape, start: start, region, buffer, origin)
  }

  private func readThroughLibrary(
    _ wanted: Region, _ region: Region, _ buffer: VoxelBuffer, _ origin: Coordinate
  ) throws {
    let elements = UnsafeMutableRawPointer.allocate(
      byteCount: wanted.count * decoder.stored.byteCount, alignment: 64)
    defer { elements.deallocate() }
    let start = axes.position(of: wanted.origin)
    let counts = axes.placing(
      Coordinate(wanted.extent.z, wanted.extent.y, wanted.extent.x), among: axes.fixed.map { _ in 1 })
    try dataset.readThroughLibrary(start: start, counts: counts, into: elements)
    try copy(wanted, from: elements, shape: counts, start: start, region, buffer, origin)
  }

  /// Copies the box `wanted` row by row from the elements of a box of the dataset, of `shape` at `start`.
  private func copy(
    _ wanted: Region, from elements: UnsafeRawPointer, shape: [Int], start: [Int], _ region: Region,
    _ buffer: VoxelBuffer, _ origin: Coordinate
  ) throws {
    defer { withExtendedLifetime(buffer) {} }
    var strides = shape
    var stride = 1
    for axis in shape.indices.reversed() {
      strides[axis] = stride
      stride *= shape[axis]
    }
    let first = zip(zip(axes.position(of: wanted.origin), start), strides).reduce(0) { $0 + ($1.0.0 - $1.0.1) * $1.1 }
    let (strideZ, strideY, strideX) = (axes.z.map { strides[$0] } ?? 0, strides[axes.y], strides[axes.x])
    for z in 0..<wanted.extent.z {
      for y in 0..<wanted.extent.y {
        try decoder.decode(
          elements + (first + z * strideZ + y * strideY) * decoder.stored.byteCount, count: wanted.extent.x,
          stride: strideX, into: row(z, y, of: wanted, region, buffer, origin), path: description.path)
      }
    }
  }

  /// Destination of row (z, y) of the box `wanted`.
  private func row(
    _ z: Int, _ y: Int, of wanted: Region, _ region: Region, _ buffer: VoxelBuffer, _ origin: Coordinate
  ) -> UnsafeMutableRawPointer {
    let place = origin + (wanted.origin - region.origin) + Extent(z, y, 0)
    return buffer.bytes.baseAddress! + buffer.extent.index(of: place) * buffer.type.byteCount
  }

  /// Elements that were never written have the dataset's fill value.
  private func fill(_ wanted: Region, of region: Region, _ buffer: VoxelBuffer, _ origin: Coordinate) throws {
    let size = decoder.stored.byteCount
    let native = SampleDecoder(decoder.stored, isSwapped: false)
    try withUnsafeTemporaryAllocation(byteCount: wanted.extent.x * size, alignment: 8) { elements in
      for byte in elements.indices { elements[byte] = dataset.fillValue[byte % size] }
      for z in 0..<wanted.extent.z {
        for y in 0..<wanted.extent.y {
          try native.decode(
            elements.baseAddress!, count: wanted.extent.x, into: row(z, y, of: wanted, region, buffer, origin),
            path: description.path)
        }
      }
    }
  }
}

extension HDF5Dataset {
  /// The extents of the last three axes.
  var volumeExtent: Extent { Extent(shape[shape.count - 3], shape[shape.count - 2], shape[shape.count - 1]) }

  var isChunked: Bool {
    if case .chunked = layout { return true }
    return false
  }

  /// For example `chunks of 64 × 64 × 64, shuffle and gzip, little-endian`.
  var storageText: String {
    let order = stored.byteCount == 1 ? "" : isBigEndian ? ", big-endian" : ", little-endian"
    switch layout {
    case .compact: return "compact\(order)"
    case .contiguous: return "contiguous, uncompressed\(order)"
    case .chunked(let shape):
      let cut = shape.map(String.init).joined(separator: " × ")
      let packed = filters.isEmpty ? "uncompressed" : filters.map(\.description).joined(separator: " and ")
      return "chunks of \(cut), \(packed)\(order)"
    }
  }
}
