import Codecs
import Files
import Foundation
import Synchronization
import Voxels

/// Writes one shard of an array, chunk by chunk, in bounded memory; safe to use from many threads.
///
/// 1. Every chunk that contains voxels of the volume is handed over once, in any order, from any thread; it is encoded
///    on the calling thread, outside any lock.
/// 2. The file contains the chunks in C order regardless of the order and timing of the calls, so that equal voxels
///    give equal bytes. A chunk that arrives early waits in memory, up to `waitingLimitInBytes`, and beyond that in a
///    temporary file.
/// 3. A chunk that contains only the fill value is omitted, and a shard of only such chunks has no file.
/// 4. The digest of the shard (`ShardDigest`) comes from the checksums that the chunks carry anyway.
/// 5. `publish()` appends the index and its checksum and makes the file appear under its final name. A writer that is
///    dropped without publishing leaves nothing behind.
public final class ShardWriter: Sendable {
  package let array: ZarrArray
  /// The position of the shard in `array.shards`.
  package let position: Coordinate
  /// Encoded chunks waiting for their turn take at most this much memory, in bytes.
  package let waitingLimitInBytes: Int
  private let path: String
  /// The chunks that contain voxels of the volume, in `array.chunks`.
  private let chunkPositions: Region
  private let state: Mutex<State>

  private struct State {
    /// Indexed by the chunk's turn: its position among `chunkPositions` in C order.
    var ranges: [Range<Int>?]
    /// The checksum at the end of each encoded chunk; 0 for those without one.
    var checksums: [UInt32]
    var isHandedOver: [Bool]
    /// The next turn to be assigned a location in the file.
    var nextTurn = 0
    var waiting: [Int: Waiting] = [:]
    var waitingInMemory = 0
    /// Created with the first chunk that is not empty.
    var file: PendingFile?
    var fileEnd = 0
    var spill: PendingFile?
    var hasFailed = false
    var digest: ShardDigest?
  }

  /// An encoded chunk before its turn.
  private enum Waiting {
    case empty
    case inMemory(Data)
    case spilled(Range<Int>)
  }

  /// A chunk whose location in the file is settled.
  private struct Placed {
    let waiting: Waiting
    let offset: Int
  }

  /// - Precondition: the array is three-dimensional.
  package init(_ array: ZarrArray, at position: Coordinate, waitingLimitInBytes: Int = 64 << 20) throws {
    precondition(array.axes.isWholeArray, "only three-dimensional arrays are written")
    precondition(array.metadata.pipeline.axisOrder == [0, 1, 2], "transposed chunks are only read")
    self.array = array
    self.position = position
    self.waitingLimitInBytes = waitingLimitInBytes
    path = array.shardPath(at: position)
    chunkPositions = array.chunkPositions(ofShard: position)
    let count = chunkPositions.count
    state = Mutex(
      State(
        ranges: .init(repeating: nil, count: count), checksums: .init(repeating: 0, count: count),
        isHandedOver: .init(repeating: false, count: count)))
    try createDirectory(parentDirectory(of: path))
  }

  /// Hands over the chunk at `chunkPosition` of `array.chunks`.
  ///
  /// - Parameters:
  ///   - buffer: contains all of the chunk's voxels that lie inside the volume.
  ///   - origin: the position of the buffer's first voxel in the volume.
  ///   - inspect: receives the full-size chunk, padded beyond the end of the volume, while it is in the processor's
  ///     cache: the voxels of a chunk are scattered in `buffer`, and gathering them a second time would cost as much
  ///     again.
  package func write(
    chunkAt chunkPosition: Coordinate, from buffer: VoxelBuffer, origin: Coordinate,
    inspect: ((VoxelBuffer) throws -> Void)? = nil
  ) throws {
    precondition(chunkPositions.contains(chunkPosition), "chunk \(chunkPosition) is not part of shard \(position)")
    precondition(buffer.type == array.voxelType, "\(buffer.type) voxels for an array of \(array.voxelType)")
    try withCodecContext { context in
      let voxels = gather(chunkPosition, from: buffer, origin: origin, context)
      try inspect?(VoxelBuffer(buffer.type, array.chunks.cell, borrowing: voxels))
      if array.metadata.fillValue.fills(voxels) {
        try hand(over: nil, turn: turn(of: chunkPosition))
      } else {
        do {
          let encoded = try array.metadata.pipeline.encode(voxels, voxelByteCount: buffer.type.byteCount, context)
          try hand(over: encoded, turn: turn(of: chunkPosition))
        } catch let error as CodecError {
          throw Fault(.bug, "\(path): chunk \(chunkPosition) cannot be encoded: \(error.message)")
        }
      }
    }
  }

  /// Hands over a chunk that is known to contain only the fill value.
  package func skip(chunkAt chunkPosition: Coordinate) throws {
    precondition(chunkPositions.contains(chunkPosition), "chunk \(chunkPosition) is not part of shard \(position)")
    try hand(over: nil, turn: turn(of: chunkPosition))
  }

  /// Hands over all chunks of the shard that lie in `buffer`, one after the other.
  package func writeChunks(from buffer: VoxelBuffer, origin: Coordinate) throws {
    let covered = Region(origin: origin, extent: buffer.extent)
    try chunkPositions.forEachPosition { chunkPosition in
      if covered.contains(array.chunks.region(at: chunkPosition)) {
        try write(chunkAt: chunkPosition, from: buffer, origin: origin)
      }
    }
  }

  /// Completes the file and makes it appear under its final name; removes an older one if the shard is empty.
  ///
  /// - Parameter expected: what the shard must be, when a damaged one is written again; nil for anything.
  /// - Precondition: every chunk has been handed over, and no call is still running.
  /// - Returns: whether the shard is empty and therefore has no file.
  /// - Throws: `Fault.badData` when it is something else; what is on disk then stays as it is.
  package func publish(expecting expected: ExpectedShard? = nil) throws -> Bool {
    let (file, ranges, checksums) = state.withLock { state in
      precondition(!state.hasFailed, "a shard of which a chunk failed cannot be published")
      precondition(
        state.nextTurn == state.ranges.count, "chunk \(state.nextTurn) of shard \(position) was not handed over")
      // No chunk is waiting any more, so the temporary file can go.
      state.spill = nil
      return (state.file, state.ranges, state.checksums)
    }
    defer { OpenShards.shared.forget(array.openShardKey(position)) }
    guard let file else {
      try expected?.require(nil, path)
      try removeIfThere(path)
      return true
    }
    var index = Data()
    if case .shard = array.metadata.encoding { index = ShardIndex.encode(indexEntries(ranges)) }
    let present = zip(ranges, checksums).compactMap { range, checksum in range.map { _ in checksum } }
    let digest = ShardDigest(index: index.dropLast(4), checksums: present)
    try expected?.require(digest, path)
    if !index.isEmpty {
      let end = ranges.reduce(0) { max($0, $1?.upperBound ?? 0) }
      try index.withUnsafeBytes { try file.write($0, at: end) }
    }
    try file.publish()
    state.withLock { $0.digest = digest }
    return false
  }

  /// The digest of the published shard; nil before, and for an empty one.
  package var digest: ShardDigest? { state.withLock { $0.digest } }

  // MARK: Chunks in their turn

  private func turn(of chunkPosition: Coordinate) -> Int {
    chunkPositions.extent.index(of: chunkPosition - chunkPositions.origin)
  }

  /// The index covers the full grid of the shard, including chunks beyond the end of the volume.
  private func indexEntries(_ ranges: [Range<Int>?]) -> [Range<Int>?] {
    var entries = [Range<Int>?](repeating: nil, count: array.chunkCountOfShard)
    chunkPositions.forEachPosition { entries[array.indexInShard(ofChunk: $0)] = ranges[turn(of: $0)] }
    return entries
  }

  /// Settles the locations of this chunk and of those that waited for it, then writes them outside the lock; chunks
  /// that must wait are stored.
  private func hand(over encoded: UnsafeRawBufferPointer?, turn: Int) throws {
    do {
      let (file, spill, placed, offset) = try state.withLock { try settle(encoded, turn: turn, &$0) }
      if let encoded, let offset { try file?.write(encoded, at: offset) }
      for chunk in placed {
        switch chunk.waiting {
        case .empty: break
        case .inMemory(let data): try data.withUnsafeBytes { try file?.write($0, at: chunk.offset) }
        case .spilled(let range): try spill?.copy(range, to: file, at: chunk.offset)
        }
      }
    } catch {
      state.withLock { $0.hasFailed = true }
      throw error
    }
  }

  private func settle(
    _ encoded: UnsafeRawBufferPointer?, turn: Int, _ state: inout State
  ) throws -> (file: PendingFile?, spill: PendingFile?, placed: [Placed], offset: Int?) {
    precondition(!state.isHandedOver[turn], "chunk \(turn) of shard \(position) was handed over twice")
    state.isHandedOver[turn] = true
    if let encoded { state.checksums[turn] = ShardDigest.checksum(ofChunk: encoded) }
    if encoded != nil, state.file == nil { state.file = try PendingFile(path) }
    guard turn == state.nextTurn else {
      state.waiting[turn] = try wait(encoded, &state)
      return (state.file, nil, [], nil)
    }
    var offset: Int?
    if let encoded { offset = place(encoded.count, turn: turn, &state) }
    state.nextTurn += 1
    var placed: [Placed] = []
    while let next = state.waiting.removeValue(forKey: state.nextTurn) {
      switch next {
      case .empty: break
      case .inMemory(let data):
        placed.append(Placed(waiting: next, offset: place(data.count, turn: state.nextTurn, &state)))
        state.waitingInMemory -= data.count
      case .spilled(let range):
        placed.append(Placed(waiting: next, offset: place(range.count, turn: state.nextTurn, &state)))
      }
      state.nextTurn += 1
    }
    return (state.file, state.spill, placed, offset)
  }

  private func place(_ byteCount: Int, turn: Int, _ state: inout State) -> Int {
    let offset = state.fileEnd
    state.ranges[turn] = offset..<(offset + byteCount)
    state.fileEnd += byteCount
    return offset
  }

  private func wait(_ encoded: UnsafeRawBufferPointer?, _ state: inout State) throws -> Waiting {
    guard let encoded else { return .empty }
    if state.waitingInMemory + encoded.count <= waitingLimitInBytes {
      state.waitingInMemory += encoded.count
      return .inMemory(Data(encoded))
    }
    let spill = try state.spill ?? PendingFile(path)
    state.spill = spill
    let start = spill.offset
    try spill.append(encoded)
    return .spilled(start..<start + encoded.count)
  }

  // MARK: Voxels

  /// The full-size chunk in a buffer of `context`, padded with the fill value beyond the end of the volume.
  private func gather(
    _ chunkPosition: Coordinate, from buffer: VoxelBuffer, origin: Coordinate, _ context: CodecContext
  ) -> UnsafeRawBufferPointer {
    let full = array.chunks.fullRegion(at: chunkPosition)
    let inside = array.chunks.region(at: chunkPosition)
    precondition(
      Region(origin: origin, extent: buffer.extent).contains(inside),
      "a buffer of \(buffer.extent) at \(origin) does not hold chunk \(inside)")
    let chunk = context.chunk.reserve(array.metadata.chunkByteCount)
    if inside != full { array.metadata.fillValue.fill(chunk) }
    let voxels = VoxelBuffer(buffer.type, full.extent, borrowing: UnsafeRawBufferPointer(chunk))
    voxels.copy(inside.relative(to: origin), of: buffer, to: .zero)
    return UnsafeRawBufferPointer(chunk)
  }
}

extension PendingFile {
  /// Copies part of this file into another one.
  fileprivate func copy(_ range: Range<Int>, to other: PendingFile?, at offset: Int) throws {
    let data = try read(range)
    try data.withUnsafeBytes { try other?.write($0, at: offset) }
  }
}

/// Removes a file and flushes the removal in its directory to disk; no error if the file does not exist.
private func removeIfThere(_ path: String) throws {
  if unlink(path) == 0 {
    try flushDirectory(parentDirectory(of: path))
  } else if errno != ENOENT {
    throw systemFault("remove", path)
  }
}
