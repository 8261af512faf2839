import CPNG
import Files
import Foundation
import Voxels

/// One PNG file: a plane of one or more samples per pixel, read as stored, without gamma or palette.
struct PNGPlane {
  let width: Int
  let height: Int
  /// Samples of a pixel: grey, palette index, or colours, and opacity.
  let samplesPerPixel: Int
  /// `uint8` also for fewer bits.
  let voxelType: VoxelType
  let isPalette: Bool
  private let header: sheaf_png_header

  /// Reads the header.
  ///
  /// - Throws: `Fault.badData` when it is not a readable PNG file, or claims more pixels than its size allows.
  init(_ path: String) throws {
    var header = sheaf_png_header()
    let size = try Self.read(path, &header, expected: nil, into: nil, rowStride: 0)
    self.header = header
    width = Int(header.width)
    height = Int(header.height)
    samplesPerPixel = Int(header.samplesPerPixel)
    voxelType = header.bitDepth == 16 ? .uint16 : .uint8
    isPalette = header.colorType == PNG_COLOR_TYPE_PALETTE
    // Deflate expands a byte to at most 1032, and 1-bit pixels once more to bytes.
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= (size + 1) << 14 else {
      throw Fault.badData(
        "\(path) is truncated or damaged: expected a file that can hold \(height) × \(width) pixels, found one of \(size) bytes"
      )
    }
  }

  var rowInBytes: Int { width * samplesPerPixel * voxelType.byteCount }
  var byteCount: Int { rowInBytes * height }
  /// Whether both can be planes of one volume.
  func isLike(_ other: PNGPlane) -> Bool {
    (width, height, samplesPerPixel, voxelType, isPalette)
      == (other.width, other.height, other.samplesPerPixel, other.voxelType, other.isPalette)
  }

  /// For example `510 × 667 pixels of uint16`.
  var shapeText: String {
    "\(height) × \(width) pixels of \(samplesPerPixel > 1 ? "\(samplesPerPixel) " : "")\(voxelType.rawValue)"
  }

  /// Decodes the whole plane.
  ///
  /// - Parameters:
  ///   - path: the file whose header this is.
  ///   - pixels: at least `byteCount` bytes.
  /// - Throws: `Fault.badData` when the file is damaged, or its header has changed since.
  func read(_ path: String, into pixels: UnsafeMutableRawBufferPointer) throws {
    precondition(pixels.count >= byteCount)
    var found = sheaf_png_header()
    _ = try Self.read(path, &found, expected: header, into: pixels, rowStride: rowInBytes)
  }

  /// - Returns: the size of the file in bytes.
  private static func read(
    _ path: String, _ header: inout sheaf_png_header, expected: sheaf_png_header?,
    into pixels: UnsafeMutableRawBufferPointer?, rowStride: Int
  ) throws -> Int {
    // Also refuses pipes and devices.
    let size = try ReadableFile(path).size
    guard let file = fopen(path, "rbe") else { throw systemFault("open", path) }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 200)
    var known = expected ?? sheaf_png_header()
    let status = text.withUnsafeMutableBufferPointer {
      sheaf_png_read(
        file, &header, &known, pixels?.baseAddress?.assumingMemoryBound(to: UInt8.self), rowStride, $0.baseAddress,
        $0.count)
    }
    guard status == 0 else {
      let reason = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      throw Fault.badData("\(path) is damaged or truncated: libpng says \"\(reason)\"")
    }
    return size
  }
}
