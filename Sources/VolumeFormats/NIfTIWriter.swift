import Codecs
import Files
import Foundation
import Voxels

/// Writes a NIfTI file, gzip-compressed when the name ends in `.gz`: NIfTI-1, or NIfTI-2 when an axis is too long for
/// NIfTI-1.
///
/// Lengths are in millimetres, which every reader supports. The axes point along +x, +y, +z where the place in space is not
/// known.
package final class NIfTIWriter: VolumeWriter {
  private let layout: VolumeLayout
  private let file: PendingFile
  private let gzip: GzipMembers?
  private var appended = 0

  package init(_ path: String, _ layout: VolumeLayout) throws {
    self.layout = layout
    try createDirectory(parentDirectory(of: path))
    file = try PendingFile(path)
    gzip = path.lowercased().hasSuffix(".gz") ? GzipMembers() : nil
    try write(Self.header(layout))
  }

  package func append(_ slab: VoxelBuffer) throws {
    layout.checkSlab(slab, after: appended)
    defer { withExtendedLifetime(slab) {} }
    try writeBytes(UnsafeRawBufferPointer(start: slab.bytes.baseAddress, count: slab.byteCount))
    appended += slab.extent.z
  }

  package func finish() throws {
    precondition(appended == layout.extent.z, "\(appended) of \(layout.extent.z) planes were appended")
    try gzip?.finish(to: file)
    try file.publish()
  }

  private func write(_ data: Data) throws {
    try data.withUnsafeBytes { try writeBytes($0) }
  }

  private func writeBytes(_ bytes: UnsafeRawBufferPointer) throws {
    if let gzip { try gzip.append(bytes, to: file) } else { try file.append(bytes) }
  }

  /// The header and the four bytes that indicate that there is no extension, in native byte order.
  static func header(_ layout: VolumeLayout) -> Data {
    let extent = layout.extent
    let isFirst = max(extent.z, extent.y, extent.x) <= Int(Int16.max)
    var data = Data(count: isFirst ? 352 : 544)
    func put<Value: BitwiseCopyable>(_ value: Value, at offset: Int) {
      withUnsafeBytes(of: value) { data.replaceSubrange(offset..<(offset + $0.count), with: $0) }
    }
    let sizes = [3, extent.x, extent.y, extent.z, 1, 1, 1, 1]
    let size = layout.voxelSizeInMicrometres.map { $0 * 1e-3 } ?? VoxelSize(1, 1, 1)
    let forms =
      layout.placement.map { $0.nifti ?? NIfTIForms($0) }
      ?? NIfTIForms(
        qformCode: 0, sformCode: 1, units: layout.voxelSizeInMicrometres == nil ? 0 : 2,
        edges: [1, size.x, size.y, size.z], quaternion: [0, 0, 0, 0, 0, 0],
        rows: [size.x, 0, 0, 0, 0, size.y, 0, 0, 0, 0, size.z, 0])
    let edges = forms.edges + [0, 0, 0, 0]
    let units = forms.units & 7
    let bits = layout.voxelType.byteCount * 8
    let code = typeCode(layout.storedType)
    if isFirst {
      put(Int32(348), at: 0)
      for (axis, value) in sizes.enumerated() { put(Int16(value), at: 40 + 2 * axis) }
      put(Int16(code), at: 70)
      put(Int16(bits), at: 72)
      for (axis, value) in edges.enumerated() { put(Float(value), at: 76 + 4 * axis) }
      put(Float(352), at: 108)
      put(Float(1), at: 112)
      put(UInt8(units), at: 123)
      put(Int16(forms.qformCode), at: 252)
      put(Int16(forms.sformCode), at: 254)
      for (index, value) in forms.quaternion.enumerated() { put(Float(value), at: 256 + 4 * index) }
      for (index, value) in forms.rows.enumerated() { put(Float(value), at: 280 + 4 * index) }
      data.replaceSubrange(344..<348, with: [0x6E, 0x2B, 0x31, 0])
    } else {
      put(Int32(540), at: 0)
      data.replaceSubrange(4..<12, with: [0x6E, 0x2B, 0x32, 0, 0x0D, 0x0A, 0x1A, 0x0A])
      put(Int16(code), at: 12)
      put(Int16(bits), at: 14)
      for (axis, value) in sizes.enumerated() { put(Int64(value), at: 16 + 8 * axis) }
      for (axis, value) in edges.enumerated() { put(value, at: 104 + 8 * axis) }
      put(Int64(544), at: 168)
      put(Double(1), at: 176)
      put(Int32(forms.qformCode), at: 344)
      put(Int32(forms.sformCode), at: 348)
      for (index, value) in forms.quaternion.enumerated() { put(value, at: 352 + 8 * index) }
      for (index, value) in forms.rows.enumerated() { put(value, at: 400 + 8 * index) }
      put(Int32(units), at: 500)
    }
    return data
  }

  /// - Precondition: not float16, which the format does not have.
  private static func typeCode(_ type: StoredType) -> Int {
    switch type {
    case .uint8: 2
    case .int16: 4
    case .int32: 8
    case .float32: 16
    case .float64: 64
    case .int8: 256
    case .uint16: 512
    case .uint32: 768
    case .int64: 1024
    case .uint64: 1280
    case .float16: preconditionFailure("NIfTI has no float16")
    }
  }
}
