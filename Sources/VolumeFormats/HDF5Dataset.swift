import CHDF5
import Files
import Voxels

/// One dataset of an HDF5 file: its storage layout, validated before any memory is allocated for its elements.
final class HDF5Dataset: Sendable {
  enum Layout: Sendable, Equatable {
    case compact
    /// Offset of the first element in the file; nil when no element was ever written.
    case contiguous(offset: Int?)
    /// Chunk shape, with as many axes as the dataset.
    case chunked([Int])
  }

  let file: HDF5File
  let name: String
  /// Slowest axis first.
  let shape: [Int]
  let stored: StoredType
  let isBigEndian: Bool
  let layout: Layout
  /// In the order in which they were applied on writing.
  let filters: [HDF5Filter]
  /// Whether chunks that extend beyond the dataset are stored unfiltered.
  let leavesEdgesUnfiltered: Bool
  /// One element in native byte order: the value of elements that were never written.
  let fillValue: [UInt8]
  let handle: HDF5Handle
  private let type: HDF5Handle

  /// Upper limit on the chunk size, so that a damaged header cannot exhaust memory.
  static let largestChunkInBytes = 1 << 31

  /// - Throws: `Fault.badData` when it is not a numeric dataset, or its voxels are stored in other files.
  init(_ file: HDF5File, _ name: String, handle: HDF5Handle) throws {
    self.file = file
    self.name = name
    self.handle = handle
    (shape, type, stored, isBigEndian, layout, filters, leavesEdgesUnfiltered, fillValue) =
      try HDF5Library.exclusively {
        let path = file.path
        guard H5Iget_type(handle.id) == H5I_DATASET else {
          throw Fault.badData("/\(name) of \(path) is not an image: expected a dataset, found a group")
        }
        guard let space = HDF5Handle(H5Dget_space(handle.id)), let type = HDF5Handle(H5Dget_type(handle.id)),
          let creation = HDF5Handle(H5Dget_create_plist(handle.id))
        else { throw file.damage("the description of dataset /\(name)") }
        let shape = try Self.shape(of: space, file, name)
        let (stored, isBigEndian, native) = try Self.storedType(of: type, path, name)
        var fill = [UInt8](repeating: 0, count: stored.byteCount)
        guard sheaf_hdf5_fill_value(creation.id, native, &fill) >= 0 else {
          throw file.damage("a fill value of dataset /\(name)")
        }
        let layout = try Self.layout(creation, handle, shape, stored, file, name)
        return (
          shape, type, stored, isBigEndian, layout, try Self.filters(creation, file, name),
          sheaf_hdf5_leaves_edges_unfiltered(creation.id) != 0, fill
        )
      }
  }

  private static func shape(of space: HDF5Handle, _ file: HDF5File, _ name: String) throws -> [Int] {
    let rank = H5Sget_simple_extent_ndims(space.id)
    guard rank >= 0, rank <= H5S_MAX_RANK else { throw file.damage("a dataspace of dataset /\(name)") }
    var sizes = [hsize_t](repeating: 0, count: max(1, Int(rank)))
    guard H5Sget_simple_extent_dims(space.id, &sizes, nil) == rank else {
      throw file.damage("a dataspace of dataset /\(name)")
    }
    return sizes[0..<Int(rank)].map { Int(clamping: $0) }
  }

  private static func storedType(
    of type: HDF5Handle, _ path: String, _ name: String
  ) throws -> (StoredType, isBigEndian: Bool, native: hid_t) {
    // Enumerations, for example h5py's Booleans, are stored as their base integer type.
    let base = H5Tget_class(type.id) == H5T_ENUM ? HDF5Handle(H5Tget_super(type.id)) ?? type : type
    let number = Int(sheaf_hdf5_type_number(base.id))
    guard number >= 0 else {
      throw Fault.badData(
        "/\(name) of \(path) holds no voxels: expected integers of 8, 16, 32 or 64 bits or floats of 32 or 64, found \(Self.className(type)); convert the file first"
      )
    }
    let native = number / 2 * 2 + (UInt16(1).littleEndian == 1 ? 0 : 1)
    return (StoredType.allCases[number / 2], number % 2 == 1, sheaf_hdf5_standard_type(Int32(native)))
  }

  private static func className(_ type: HDF5Handle) -> String {
    let bits = H5Tget_size(type.id) * 8
    switch H5Tget_class(type.id) {
    case H5T_INTEGER: return "unsupported integers of \(bits) bits"
    case H5T_FLOAT: return "unsupported floats of \(bits) bits"
    case H5T_STRING: return "text"
    case H5T_COMPOUND: return "compound records"
    default: return "something else"
    }
  }

  private static func layout(
    _ creation: HDF5Handle, _ handle: HDF5Handle, _ shape: [Int], _ stored: StoredType, _ file: HDF5File, _ name: String
  ) throws -> Layout {
    let rank = shape.count
    switch Int(sheaf_hdf5_layout(creation.id)) {
    case SHEAF_HDF5_COMPACT:
      // The library copies the dataset's nominal byte count without checking bounds.
      let wanted = shape.reduce(stored.byteCount) { $0.multipliedReportingOverflow(by: $1).partialValue }
      guard shape.allSatisfy({ $0 <= 1 << 16 }), shape.count < 6, H5Dget_storage_size(handle.id) == hsize_t(wanted)
      else {
        throw file.damage("\(shape) elements in the compact dataset /\(name)")
      }
      return .compact
    case SHEAF_HDF5_CONTIGUOUS:
      let offset = sheaf_hdf5_offset(handle.id)
      return .contiguous(offset: offset == .max ? nil : Int(clamping: offset))
    case SHEAF_HDF5_CHUNKED:
      var sizes = [hsize_t](repeating: 0, count: Int(H5S_MAX_RANK))
      guard Int(H5Pget_chunk(creation.id, H5S_MAX_RANK, &sizes)) == rank else {
        throw file.damage("chunks of \(rank) axes in dataset /\(name)")
      }
      var count = stored.byteCount
      for size in sizes[0..<rank] {
        let (next, overflow) = count.multipliedReportingOverflow(by: Int(clamping: size))
        guard size > 0, !overflow, next <= largestChunkInBytes else {
          throw Fault.badData(
            "\(file.path) is damaged: expected chunks of 1 to \(largestChunkInBytes) bytes in dataset /\(name), found \(sizes[0..<rank])"
          )
        }
        count = next
      }
      return .chunked(sizes[0..<rank].map { Int($0) })
    case SHEAF_HDF5_OUTSIDE:
      throw Fault.badData(
        "/\(name) of \(file.path) only refers to other files: expected the voxels in this file, found a virtual or external dataset; open one of those files"
      )
    default: throw file.damage("a known layout of dataset /\(name)")
    }
  }

  private static func filters(_ creation: HDF5Handle, _ file: HDF5File, _ name: String) throws -> [HDF5Filter] {
    let count = H5Pget_nfilters(creation.id)
    guard count >= 0 else { throw file.damage("the filters of dataset /\(name)") }
    return try (0..<UInt32(count)).map { number in
      var filter = sheaf_hdf5_filter()
      guard sheaf_hdf5_get_filter(creation.id, number, &filter) >= 0 else {
        throw file.damage("filter \(number) of dataset /\(name)")
      }
      let said = withUnsafeBytes(of: filter.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      let values = withUnsafeBytes(of: filter.values) {
        $0.bindMemory(to: UInt32.self).prefix(filter.value_count).map(Int.init)
      }
      return HDF5Filter(identifier: Int(filter.identifier), values: values, name: said)
    }
  }

  /// Location of a chunk in the file.
  struct Chunk: Sendable {
    var offset: Int
    var byteCount: Int
    /// Bit i is set if filter i was skipped.
    var filterMask: UInt32
  }

  /// Looks up the chunk whose first element is `position`; nil when it was never written.
  ///
  /// - Throws: `Fault.badData` when the chunk index is damaged or points outside the file.
  func chunk(at position: [Int]) throws -> Chunk? {
    let start = position.map { hsize_t($0) }
    var found = sheaf_hdf5_chunk()
    try HDF5Library.exclusively {
      guard sheaf_hdf5_find_chunk(file.handle.id, handle.id, type.id, start, &found) >= 0 else {
        throw file.damage("chunk \(position) of dataset /\(name)")
      }
    }
    if found.size == 0 { return nil }
    guard found.offset <= UInt64(file.bytes.size), found.size <= UInt64(file.bytes.size) - found.offset else {
      throw Fault.badData(
        "\(file.path) is truncated: expected \(found.size) bytes of chunk \(position) at offset \(found.offset), but the file has \(file.bytes.size) bytes"
      )
    }
    return Chunk(offset: Int(found.offset), byteCount: Int(found.size), filterMask: found.filter_mask)
  }

  /// Reads the box of `counts` elements at `start` through the library, in native byte order; only for datasets that
  /// are not chunked.
  func readThroughLibrary(start: [Int], counts: [Int], into target: UnsafeMutableRawPointer) throws {
    let native = StoredType.allCases.firstIndex(of: stored)! * 2 + (UInt16(1).littleEndian == 1 ? 0 : 1)
    var message = sheaf_hdf5_message()
    try HDF5Library.exclusively {
      let status = sheaf_hdf5_read_box(
        handle.id, sheaf_hdf5_standard_type(Int32(native)), start.map { hsize_t($0) }, counts.map { hsize_t($0) },
        Int32(shape.count), target, &message)
      guard status >= 0 else {
        throw Fault.badData(
          "\(file.path) is damaged: expected \(counts) elements at \(start) of dataset /\(name), found \"\(HDF5Library.text(message))\""
        )
      }
    }
  }
}
