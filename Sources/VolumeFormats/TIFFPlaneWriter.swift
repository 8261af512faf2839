import Files
import Foundation
import Voxels

/// Writes a directory of TIFF files, one plane per file: `z00000.tif` and so on.
///
/// Planes may be written in any order, by several threads or ranks: each file is published independently.
package final class TIFFPlaneWriter: VolumeWriter, @unchecked Sendable {
  private let directory: String
  private let layout: VolumeLayout
  private let isCompressed: Bool
  private var appended = 0

  /// - Throws: `Fault.cannotCreate` when the directory cannot be created.
  package init(_ directory: String, _ layout: VolumeLayout, isCompressed: Bool) throws {
    self.directory = directory
    self.layout = layout
    self.isCompressed = isCompressed
    try createDirectory(directory)
  }

  /// The file name of plane `z`: as many digits as the last plane needs, but at least five, so that bytewise order is
  /// also z order.
  package static func planeName(_ z: Int, of count: Int) -> String {
    let width = max(5, String(max(count - 1, 0)).count)
    return "z\(zeroPadded(z, width)).tif"
  }

  /// Whether `name` is the file name of one of `count` planes.
  package static func isPlaneName(_ name: String, of count: Int) -> Bool {
    guard name.hasPrefix("z"), name.hasSuffix(".tif"), let z = Int(name.dropFirst().dropLast(4)) else { return false }
    return (0..<count).contains(z) && name == planeName(z, of: count)
  }

  package func append(_ slab: VoxelBuffer) throws {
    layout.checkSlab(slab, after: appended)
    for z in 0..<slab.extent.z { try write(plane: appended + z, from: slab, at: z) }
    appended += slab.extent.z
  }

  package func finish() throws {
    precondition(appended == layout.extent.z, "\(appended) of \(layout.extent.z) planes were appended")
  }

  /// Publishes plane `z` of the volume, which is plane `index` of `slab`. Thread-safe.
  ///
  /// - Returns: the name of its file.
  @discardableResult
  package func write(plane z: Int, from slab: VoxelBuffer, at index: Int) throws -> String {
    precondition((0..<layout.extent.z).contains(z), "the volume has no plane \(z)")
    layout.checkSlab(slab, after: 0)
    let planeBytes = layout.byteCount / layout.extent.z
    let name = Self.planeName(z, of: layout.extent.z)
    let file = try PendingFile(joinPath(directory, name))
    try file.withDescriptor { descriptor in
      let handle = try TIFFHandle(
        writing: file.path, descriptor: descriptor, mode: planeBytes > 4_000_000_000 ? "w8" : "w")
      defer { withExtendedLifetime(slab) {} }
      try TIFFPageWriting(layout: layout, isCompressed: isCompressed).write(
        slab.bytes.baseAddress! + index * planeBytes, to: handle, description: nil)
    }
    try file.publish()
    return name
  }
}

/// Writes a TIFF file with one plane per page and an ImageJ description, from which Fiji recognises the pages as one
/// stack and takes the voxel size; BigTIFF where 4 GB may be exceeded.
package final class TIFFStackWriter: VolumeWriter {
  private let layout: VolumeLayout
  private let isCompressed: Bool
  private let file: PendingFile
  /// Released, and thereby closed, before the file is published.
  private var handle: TIFFHandle?
  private var appended = 0

  package init(_ path: String, _ layout: VolumeLayout, isCompressed: Bool) throws {
    self.layout = layout
    self.isCompressed = isCompressed
    try createDirectory(parentDirectory(of: path))
    file = try PendingFile(path)
    // Directories and offsets take a few hundred bytes per page; deflate may enlarge incompressible data.
    let atMost = layout.byteCount / 100 * 101 + layout.extent.z * 4096
    handle = try file.withDescriptor {
      try TIFFHandle(writing: path, descriptor: $0, mode: atMost > 4_000_000_000 ? "w8" : "w")
    }
  }

  package func append(_ slab: VoxelBuffer) throws {
    layout.checkSlab(slab, after: appended)
    defer { withExtendedLifetime(slab) {} }
    guard let handle else { preconditionFailure("a plane after the end") }
    let planeBytes = layout.byteCount / layout.extent.z
    for z in 0..<slab.extent.z {
      try TIFFPageWriting(layout: layout, isCompressed: isCompressed).write(
        slab.bytes.baseAddress! + z * planeBytes, to: handle, description: appended == 0 ? imageJDescription : nil)
      appended += 1
    }
  }

  package func finish() throws {
    precondition(appended == layout.extent.z, "\(appended) of \(layout.extent.z) planes were appended")
    handle = nil
    try file.publish()
  }

  /// Nil for types that ImageJ does not support.
  private var imageJDescription: String? {
    guard [.uint8, .uint16, .float32].contains(layout.storedType) else { return nil }
    var lines = ["ImageJ=1.54f", "images=\(layout.extent.z)", "slices=\(layout.extent.z)"]
    if let size = layout.voxelSizeInMicrometres { lines += ["unit=micron", "spacing=\(size.z)"] }
    return lines.joined(separator: "\n") + "\n"
  }
}
