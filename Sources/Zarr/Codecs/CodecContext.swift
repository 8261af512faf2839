import CDeflate
import CZstd
import Foundation
import Synchronization

/// Memory that grows to the largest size asked for and is used again, 64-byte aligned.
final class ScratchBuffer {
  private var storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  deinit { storage.deallocate() }

  /// The first `count` bytes; what they held before is lost when the memory has to grow.
  func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if storage.count < count {
      storage.deallocate()
      storage = .allocate(byteCount: count, alignment: 64)
    }
    return UnsafeMutableRawBufferPointer(rebasing: storage[0..<count])
  }
}

/// What one thread needs to encode and decode chunks: scratch memory and the libraries' own contexts, which are
/// expensive to make (a zstd context is about a megabyte) and so are kept for the next chunk.
///
/// Used by one thread at a time; `withCodecContext` sees to that.
final class CodecContext: @unchecked Sendable {
  /// The bytes of a chunk as its file or shard holds them.
  let encoded = ScratchBuffer()
  /// The voxels of a chunk.
  let chunk = ScratchBuffer()
  /// The voxels of a chunk whose stored type is another.
  let converted = ScratchBuffer()
  private let stages = (ScratchBuffer(), ScratchBuffer())
  private var stagesUsed = 0
  private var zstdDecompressorIfMade: OpaquePointer?
  private var zstdCompressorIfMade: OpaquePointer?
  private var deflateDecompressorIfMade: OpaquePointer?
  private var deflateCompressorsByLevel: [Int: OpaquePointer] = [:]

  deinit {
    ZSTD_freeDCtx(zstdDecompressorIfMade)
    ZSTD_freeCCtx(zstdCompressorIfMade)
    if let made = deflateDecompressorIfMade { libdeflate_free_decompressor(made) }
    for made in deflateCompressorsByLevel.values { libdeflate_free_compressor(made) }
  }

  /// Memory for the output of a codec: never the one handed out just before, which holds the codec's input.
  func nextStage() -> ScratchBuffer {
    stagesUsed &+= 1
    return stagesUsed % 2 == 0 ? stages.0 : stages.1
  }

  /// For codecs whose data may give any amount: decodes into memory that becomes larger while it does not do, so that
  /// a few bytes cannot ask for the memory of a large chunk.
  ///
  /// - Parameter decode: gives the bytes produced; nil when the memory, smaller than `limit`, was too small.
  func decodeGrowing(
    from encodedByteCount: Int, limit: Int, _ decode: (UnsafeMutableRawBufferPointer) throws -> Int?
  ) rethrows -> UnsafeRawBufferPointer {
    let memory = nextStage()
    var size = max(1, min(limit, encodedByteCount * 16 + 65536))
    while true {
      let output = memory.reserve(size)
      if let count = try decode(output) { return UnsafeRawBufferPointer(rebasing: output[0..<count]) }
      size = min(limit, size * 4)
    }
  }

  var zstdDecompressor: OpaquePointer { CodecContext.make(&zstdDecompressorIfMade) { ZSTD_createDCtx() } }
  var zstdCompressor: OpaquePointer { CodecContext.make(&zstdCompressorIfMade) { ZSTD_createCCtx() } }

  var deflateDecompressor: OpaquePointer {
    CodecContext.make(&deflateDecompressorIfMade) { libdeflate_alloc_decompressor() }
  }

  func deflateCompressor(level: Int) -> OpaquePointer {
    CodecContext.make(&deflateCompressorsByLevel[level]) { libdeflate_alloc_compressor(Int32(level)) }
  }

  private static func make(_ slot: inout OpaquePointer?, _ create: () -> OpaquePointer?) -> OpaquePointer {
    if let made = slot { return made }
    // Fails only when a megabyte cannot be had, where no sentence would be printed either.
    guard let made = create() else { preconditionFailure("out of memory") }
    slot = made
    return made
  }
}

private let idleContexts = Mutex<[CodecContext]>([])

/// Lends the calling thread a context, an idle one where there is one. At most as many are kept as were ever in use at
/// once, and no more than 64.
func withCodecContext<Result>(_ body: (CodecContext) throws -> Result) rethrows -> Result {
  let context = idleContexts.withLock { $0.popLast() } ?? CodecContext()
  defer { idleContexts.withLock { if $0.count < 64 { $0.append(context) } } }
  return try body(context)
}
