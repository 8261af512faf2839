import Files
import Foundation
import Voxels

/// Writes a NumPy array file (`.npy`) with axes (z, y, x) in C order and native byte order. The format cannot store the
/// voxel size.
package final class NumPyWriter: VolumeWriter {
  private let layout: VolumeLayout
  private let file: PendingFile
  private var appended = 0

  /// - Throws: `Fault.cannotCreate` when the file cannot be created.
  package init(_ path: String, _ layout: VolumeLayout) throws {
    self.layout = layout
    try createDirectory(parentDirectory(of: path))
    file = try PendingFile(path)
    try file.append(Data(NumPyHeader.bytes(layout)))
  }

  package func append(_ slab: VoxelBuffer) throws {
    layout.checkSlab(slab, after: appended)
    defer { withExtendedLifetime(slab) {} }
    try file.append(UnsafeRawBufferPointer(start: slab.bytes.baseAddress, count: slab.byteCount))
    appended += slab.extent.z
  }

  package func finish() throws {
    precondition(appended == layout.extent.z, "\(appended) of \(layout.extent.z) planes were appended")
    try file.publish()
  }
}
