import Codecs

/// The header of an N5 block: big-endian, the mode (2 bytes: 0 default, 1 with a number of elements), the number of
/// axes (2 bytes), their sizes (4 bytes each), fastest first, and, in mode 1, the number of elements (4 bytes). The
/// encoded voxels follow (N5 specification, file-system layout, blocks).
struct N5Block {
  /// Sizes along the axes of the array, slowest first; smaller than a chunk at the end of the volume.
  let shape: [Int]
  /// The number of bytes before the encoded voxels.
  let headerByteCount: Int

  static func headerByteCountLimit(rank: Int) -> Int { 8 + 4 * rank }

  /// - Throws: `CodecError` when the header does not fit chunks of `chunkShape`.
  init(_ bytes: UnsafeRawBufferPointer, chunkShape: [Int]) throws {
    func number<Integer: FixedWidthInteger>(_ offset: Int, _: Integer.Type) throws -> Int {
      guard offset + MemoryLayout<Integer>.size <= bytes.count else {
        throw CodecError("\(bytes.count) bytes are too few for the header of an N5 block")
      }
      return Int(Integer(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Integer.self)))
    }
    let mode = try number(0, UInt16.self)
    let rank = try number(2, UInt16.self)
    guard mode <= 1 else { throw CodecError("expected an N5 block of mode 0 or 1, found mode \(mode)") }
    guard rank == chunkShape.count else {
      throw CodecError("the N5 block has \(rank) axes, expected \(chunkShape.count)")
    }
    shape = try (0..<rank).map { try number(4 + 4 * $0, UInt32.self) }.reversed()
    guard zip(shape, chunkShape).allSatisfy({ $0 >= 1 && $0 <= $1 }) else {
      throw CodecError("the N5 block has \(shape) voxels where at most \(chunkShape) are expected")
    }
    let end = 4 + 4 * rank
    if mode == 1 {
      let elements = try number(end, UInt32.self)
      guard elements == shape.reduce(1, *) else {
        throw CodecError("the N5 block of \(shape) voxels holds \(elements) elements; expected one per voxel")
      }
    }
    headerByteCount = mode == 1 ? end + 4 : end
  }
}
