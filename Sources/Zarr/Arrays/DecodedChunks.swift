import Synchronization

/// Voxels of a chunk in storage order, in memory owned elsewhere.
struct DecodedChunk {
  let voxels: UnsafeRawBufferPointer
  /// The chunk's own extent along every axis, where it may be smaller than other chunks.
  var shape: [Int]?
}

/// Decoded chunks of any arrays, kept in memory so that the next read of them decodes nothing. Holds the first that come,
/// until they take `limitInBytes`, and then these only: right for reads at random places, where no chunk is more likely to
/// come again than another. Safe for use from many threads, of which two may decode the same chunk.
package final class DecodedChunks: Sendable {
  struct Key: Hashable {
    let array: Int
    let chunk: Int
  }

  /// A chunk with its memory.
  final class Kept: Sendable {
    private nonisolated(unsafe) let bytes: UnsafeMutableRawBufferPointer
    private let shape: [Int]?

    init(_ chunk: DecodedChunk) {
      bytes = .allocate(byteCount: chunk.voxels.count, alignment: 64)
      bytes.copyMemory(from: chunk.voxels)
      shape = chunk.shape
    }

    deinit { bytes.deallocate() }

    /// Valid while the object lives.
    var contents: DecodedChunk { DecodedChunk(voxels: UnsafeRawBufferPointer(bytes), shape: shape) }
    var byteCount: Int { bytes.count }
  }

  private struct State {
    var chunks: [Key: Kept] = [:]
    var bytes = 0
  }

  private let limitInBytes: Int
  private let state = Mutex(State())

  package init(limitInBytes: Int) { self.limitInBytes = limitInBytes }

  func chunk(_ key: Key) -> Kept? { state.withLock { $0.chunks[key] } }

  /// Keeps a copy of `chunk` if there is room.
  func keep(_ chunk: DecodedChunk, _ key: Key) {
    let size = chunk.voxels.count
    let hasRoom = state.withLock { state in
      guard state.bytes + size <= limitInBytes else { return false }
      state.bytes += size
      return true
    }
    guard hasRoom else { return }
    let kept = Kept(chunk)
    state.withLock { state in
      // Another thread may have kept it meanwhile.
      if state.chunks.updateValue(kept, forKey: key) != nil { state.bytes -= size }
    }
  }
}
