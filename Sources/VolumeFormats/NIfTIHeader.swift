import Files
import Voxels

/// The header of a NIfTI-1 (348 bytes) or NIfTI-2 (540 bytes) file, parsed and validated (nifti1.h and nifti2.h of the
/// NIfTI Data Format Working Group).
struct NIfTIHeader: Equatable {
  /// Sizes per axis, x first; 1 beyond the axes that the file has. Axis 3 is time; axes 4 to 6 count as channels.
  var sizes: [Int]
  var stored: StoredType
  var isBigEndian: Bool
  /// Offset of the first voxel.
  var offset: Int
  var scaling: SampleDecoder.Scaling?
  var voxelSizeInMicrometres: VoxelSize?
  var version: Int
  /// Where the volume lies in space; nil for Analyze.
  var forms: NIfTIForms?
  var notes: [String] = []
  /// Why the voxel size is unknown or may be wrong.
  var voxelSizeDoubt: String?

  static let longest = 540

  /// Whether the bytes start like a NIfTI file with header and voxels in one file.
  static func matches(_ head: [UInt8]) -> Bool {
    (head.count >= 348 && head[344] == 0x6E && head[345] == 0x2B && (0x31...0x39).contains(head[346]))
      || (head.count >= 12 && Array(head[4..<8]) == [0x6E, 0x2B, 0x32, 0])
  }

  /// Whether the bytes are a NIfTI-1 header whose voxels are in a file of their own (`.hdr` and `.img`).
  static func isPair(_ head: [UInt8]) -> Bool {
    head.count >= 348 && Array(head[344..<348]) == [0x6E, 0x69, 0x31, 0]
      || head.count >= 12 && Array(head[4..<8]) == [0x6E, 0x69, 0x32, 0]
  }

  /// - Parameter head: the first `longest` bytes of the file, or the whole file if it is shorter.
  /// - Throws: `Fault.badData`, naming the invalid field.
  init(_ head: [UInt8], path: String) throws {
    let isPair = Self.isPair(head)
    var header = HeaderBytes(bytes: head)
    guard head.count >= 348 else {
      throw Fault.badData("\(path) is truncated: expected a NIfTI header of 348 bytes, found \(head.count)")
    }
    let length = header.int32(0)
    header.isBigEndian = length != 348 && length != 540
    guard [348, 540].contains(header.int32(0)) else {
      throw Fault.badData("\(path) is damaged: expected a NIfTI header of 348 or 540 bytes, found the size \(length)")
    }
    isBigEndian = header.isBigEndian
    version = header.int32(0) == 348 ? 1 : 2
    guard version == 1 || head.count >= 540 else {
      throw Fault.badData("\(path) is truncated: expected a NIfTI-2 header of 540 bytes, found \(head.count)")
    }
    let isFirst = version == 1
    let count = isFirst ? header.int16(40) : header.int64(16)
    guard (1...7).contains(count) else {
      throw Fault.badData("\(path) is damaged: expected 1 to 7 axes in the NIfTI header, found \(count)")
    }
    sizes = (1...7).map { axis in
      axis > count ? 1 : isFirst ? header.int16(40 + 2 * axis) : header.int64(16 + 8 * axis)
    }
    guard sizes.allSatisfy({ $0 > 0 }) else {
      throw Fault.badData("\(path) is damaged: expected sizes above zero in the NIfTI header, found \(sizes)")
    }
    let code = header.int16(isFirst ? 70 : 12)
    guard let stored = Self.storedType(code) else {
      throw Fault.badData(
        "\(path) holds voxels of NIfTI type \(code): expected integers of 8 to 64 bits or floats of 32 or 64 bits")
    }
    self.stored = stored
    let bits = header.int16(isFirst ? 72 : 14)
    guard bits == stored.byteCount * 8 else {
      throw Fault.badData(
        "\(path) is damaged: expected \(stored.byteCount * 8) bits per voxel for \(stored), found \(bits)")
    }
    // NIfTI-1 stores the offset as a float.
    let start = isFirst ? header.float(108) : Double(header.int64(168))
    let least = isPair ? 0 : isFirst ? 348 : 540
    guard start.isFinite, start == start.rounded(), start >= Double(least), start < 1e15 else {
      throw Fault.badData(
        "\(path) is damaged: expected the voxels to begin at a whole offset of at least \(least), found \(start)")
    }
    offset = Int(start)
    let slope = isFirst ? header.float(112) : header.double(176)
    let intercept = isFirst ? header.float(116) : header.double(184)
    if slope != 0, slope.isFinite, intercept.isFinite, slope != 1 || intercept != 0 {
      scaling = SampleDecoder.Scaling(slope: slope, intercept: intercept)
    }
    let units = isFirst ? Int(head[123]) : header.int32(500)
    func number(_ first: Int, _ second: Int, _ index: Int) -> Double {
      isFirst ? header.float(first + 4 * index) : header.double(second + 8 * index)
    }
    let forms = NIfTIForms(
      qformCode: isFirst ? header.int16(252) : header.int32(344),
      sformCode: isFirst ? header.int16(254) : header.int32(348), units: units,
      edges: (0...3).map { number(76, 104, $0) }, quaternion: (0..<6).map { number(256, 352, $0) },
      rows: (0..<12).map { number(280, 400, $0) })
    self.forms = forms
    let edges = (1...3).map { abs(isFirst ? header.float(76 + 4 * $0) : header.double(104 + 8 * $0)) }
    let micrometres = [1: 1e6, 2: 1e3, 3: 1.0][units & 7]
    if let micrometres, VoxelSize(edges[2], edges[1], edges[0]).isMeaningful {
      voxelSizeInMicrometres = VoxelSize(edges[2], edges[1], edges[0]) * micrometres
    }
    if voxelSizeInMicrometres == VoxelSize(1000, 1000, 1000) {
      voxelSizeDoubt = "the header gives 1 mm along every axis, the default of many programs"
    }
  }

  /// For the header of an Analyze file, which is like that of NIfTI.
  init(
    sizes: [Int], stored: StoredType, isBigEndian: Bool, offset: Int, scaling: SampleDecoder.Scaling?,
    voxelSizeInMicrometres: VoxelSize?, voxelSizeDoubt: String?, notes: [String]
  ) {
    self.sizes = sizes
    self.stored = stored
    self.isBigEndian = isBigEndian
    self.offset = offset
    self.scaling = scaling
    self.voxelSizeInMicrometres = voxelSizeInMicrometres
    version = 0
    self.voxelSizeDoubt = voxelSizeDoubt
    self.notes = notes
  }

  static func storedType(_ code: Int) -> StoredType? {
    switch code {
    case 2: .uint8
    case 4: .int16
    case 8: .int32
    case 16: .float32
    case 64: .float64
    case 256: .int8
    case 512: .uint16
    case 768: .uint32
    case 1024: .int64
    case 1280: .uint64
    default: nil
    }
  }
}
