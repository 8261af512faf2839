import Files
import Voxels

extension NIfTIHeader {
  /// Whether the bytes start like the header of an Analyze 7.5 image: its own size, the extents and the mark of a
  /// regular image, and no mark of NIfTI.
  static func isAnalyze(_ head: [UInt8]) -> Bool {
    guard head.count >= 348, !isPair(head), !matches(head) else { return false }
    var header = HeaderBytes(bytes: head)
    header.isBigEndian = header.int32(0) != 348
    return header.int32(0) == 348 && (1...7).contains(header.int16(40)) && storedType(analyze: header.int16(70)) != nil
  }

  /// The header of an Analyze 7.5 image (Mayo Clinic, "ANALYZE 7.5 File Format"), with SPM's additions: a scale, and
  /// types without a sign.
  ///
  /// - Parameter head: the 348 bytes of the header file.
  /// - Throws: `Fault.badData`, naming the invalid field.
  init(analyze head: [UInt8], path: String) throws {
    var header = HeaderBytes(bytes: head)
    header.isBigEndian = header.int32(0) != 348
    let count = header.int16(40)
    let sizes = (1...7).map { $0 > count ? 1 : max(header.int16(40 + 2 * $0), $0 > 3 ? 1 : 0) }
    guard sizes.allSatisfy({ $0 > 0 }) else {
      throw Fault.badData("\(path) is damaged: expected sizes above zero in the Analyze header, found \(sizes)")
    }
    guard let stored = Self.storedType(analyze: header.int16(70)) else {
      throw Fault.badData(
        "\(path) holds voxels of Analyze type \(header.int16(70)): expected integers or floats; convert it first")
    }
    let start = header.float(108)
    guard start.isFinite, start == start.rounded(), start >= 0, start < 1e15 else {
      throw Fault.badData("\(path) is damaged: expected the voxels to begin at a whole offset, found \(start)")
    }
    var notes = ["an Analyze header does not tell left from right; voxels are read as they are stored"]
    var scaling: SampleDecoder.Scaling?
    let scale = header.float(112)
    if scale.isFinite, scale != 0, scale != 1, abs(scale) > 1e-30, abs(scale) < 1e30 {
      scaling = SampleDecoder.Scaling(slope: scale, intercept: 0)
      notes.append("the scale \(shortNumber(scale)) of the header is SPM's and is applied")
    }
    let edges = (1...3).map { abs(header.float(76 + 4 * $0)) }
    let size = VoxelSize(edges[2], edges[1], edges[0])
    let unit = String(decoding: head[56..<60].prefix { $0 != 0 }, as: UTF8.self)
    var voxelSize: VoxelSize?
    var doubt: String?
    if !size.isMeaningful || size == VoxelSize(1, 1, 1) {
      doubt = "the header gives no voxel size, or 1 along every axis, as programs do that do not know it"
    } else if let micrometres = LengthUnit.micrometres(in: unit) {
      voxelSize = size * micrometres
    } else {
      voxelSize = size * 1000
      doubt = "the header gives no unit of length; millimetres are assumed, as Analyze says"
    }
    self.init(
      sizes: sizes, stored: stored, isBigEndian: header.isBigEndian, offset: Int(start), scaling: scaling,
      voxelSizeInMicrometres: voxelSize, voxelSizeDoubt: doubt, notes: notes)
  }

  private static func storedType(analyze code: Int) -> StoredType? {
    switch code {
    case 2: .uint8
    case 4: .int16
    case 8: .int32
    case 16: .float32
    case 64: .float64
    case 130: .int8
    case 132: .uint16
    case 136: .uint32
    default: nil
    }
  }
}
