import Codecs
import Files
import Voxels

extension ChunkCompression {
  /// The number of bytes a chunk of these voxels takes in a store; 0 if all are zero, because such a chunk is not
  /// stored.
  package func encodedByteCount(of voxels: VoxelBuffer) throws -> Int {
    defer { withExtendedLifetime(voxels) {} }
    let bytes = UnsafeRawBufferPointer(start: voxels.bytes.baseAddress, count: voxels.byteCount)
    if bytes.allSatisfy({ $0 == 0 }) { return 0 }
    let pipeline = CodecPipeline(rank: 3, codecs: codecs(voxelType: voxels.type))
    return try withCodecContext { context in
      do {
        return try pipeline.encode(bytes, voxelByteCount: voxels.type.byteCount, context).count
      } catch let error as CodecError {
        throw Fault(.bug, "a chunk cannot be encoded: \(error.message)")
      }
    }
  }
}
