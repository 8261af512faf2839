import CDeflate
import CZstd
import Synchronization

/// What one thread needs to encode and decode chunks: scratch memory, and the libraries' own contexts, which are
/// expensive to create (a zstd context takes about a megabyte) and are therefore kept for the next chunk.
///
/// Must be used by one thread at a time; `withCodecContext` ensures that.
public final class CodecContext: @unchecked Sendable {
  /// For callers: the stored bytes of a chunk.
  package let encoded = ScratchBuffer()
  /// For callers: the voxels of a chunk.
  package let chunk = ScratchBuffer()
  /// For callers: the voxels of a chunk after conversion to another type.
  package let converted = ScratchBuffer()
  /// A codec's working memory besides its input and output.
  let workspace = ScratchBuffer()
  private let stages = (ScratchBuffer(), ScratchBuffer())
  private var stagesUsed = 0
  private var zstdDecompressorIfMade: OpaquePointer?
  private var zstdCompressorIfMade: OpaquePointer?
  private var deflateDecompressorIfMade: OpaquePointer?
  private var deflateCompressorsByLevel: [Int: OpaquePointer] = [:]

  package init() {}

  deinit {
    ZSTD_freeDCtx(zstdDecompressorIfMade)
    ZSTD_freeCCtx(zstdCompressorIfMade)
    if let made = deflateDecompressorIfMade { libdeflate_free_decompressor(made) }
    for made in deflateCompressorsByLevel.values { libdeflate_free_compressor(made) }
  }

  /// Memory for a codec's output: never the buffer handed out just before, which holds the codec's input.
  package func nextStage() -> ScratchBuffer {
    stagesUsed &+= 1
    return stagesUsed % 2 == 0 ? stages.0 : stages.1
  }

  /// For codecs whose input does not bound the decoded size: decodes into memory that grows until it is large enough,
  /// so that a few bytes cannot claim the memory of a large chunk.
  ///
  /// - Parameter decode: returns the number of bytes produced; nil if the memory, being smaller than `limit`, was too
  ///   small.
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
    // Fails only when not even a megabyte is left, in which case no message could be printed either.
    guard let made = create() else { preconditionFailure("out of memory") }
    slot = made
    return made
  }
}

private let idleContexts = Mutex<[CodecContext]>([])

/// Lends the calling thread a context, reusing an idle one if there is any. Keeps as many as were ever in use at the
/// same time, at most 64.
package func withCodecContext<Result>(_ body: (CodecContext) throws -> Result) rethrows -> Result {
  let context = idleContexts.withLock { $0.popLast() } ?? CodecContext()
  defer { idleContexts.withLock { if $0.count < 64 { $0.append(context) } } }
  return try body(context)
}
