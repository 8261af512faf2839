import Files
import Voxels

/// Converts stored samples to voxels: byte order, type, and NIfTI's linear scaling.
struct SampleDecoder: Sendable, Equatable {
  let stored: StoredType
  /// Whether the file's byte order differs from this machine's.
  let isSwapped: Bool
  /// voxel = slope × sample + intercept; nil leaves samples unscaled.
  let scaling: Scaling?

  struct Scaling: Sendable, Equatable {
    var slope: Double
    var intercept: Double
  }

  init(_ stored: StoredType, isSwapped: Bool, scaling: Scaling? = nil) {
    self.stored = stored
    self.isSwapped = isSwapped && stored.byteCount > 1
    self.scaling = scaling
  }

  var voxelType: VoxelType { scaling == nil ? stored.voxelType : .float32 }

  /// Whether the voxels are identical to the stored bytes.
  var isIdentity: Bool { !isSwapped && scaling == nil && StoredType(stored.voxelType) == stored }

  /// Decodes `count` samples at intervals of `stride` samples.
  ///
  /// - Precondition: both pointers are aligned for their types.
  /// - Throws: `Fault.badData` for a negative number when labels are read.
  func decode(
    _ source: UnsafeRawPointer, count: Int, stride: Int = 1, into destination: UnsafeMutableRawPointer, path: String
  ) throws {
    if isIdentity && stride == 1 {
      copyBytes(source, count * stored.byteCount, to: destination)
      return
    }
    if let scaling {
      scale(source, count, stride, destination.assumingMemoryBound(to: Float.self), scaling)
      return
    }
    switch stored {
    case .uint8: copy(source, count, stride, destination, UInt8.self) { $0 }
    case .uint16, .int16: copySwapping(source, count, stride, destination, UInt16.self)
    case .uint32, .float32: copySwapping(source, count, stride, destination, UInt32.self)
    case .uint64: copySwapping(source, count, stride, destination, UInt64.self)
    case .int8:
      let samples = source.assumingMemoryBound(to: Int8.self)
      let voxels = destination.assumingMemoryBound(to: Int16.self)
      for index in 0..<count { voxels[index] = Int16(samples[index * stride]) }
    case .float16:
      let samples = source.assumingMemoryBound(to: UInt16.self)
      let voxels = destination.assumingMemoryBound(to: Float.self)
      for index in 0..<count {
        let bits = samples[index * stride]
        voxels[index] = Float(Float16(bitPattern: isSwapped ? bits.byteSwapped : bits))
      }
    case .float64:
      let samples = source.assumingMemoryBound(to: UInt64.self)
      let voxels = destination.assumingMemoryBound(to: Float.self)
      for index in 0..<count {
        let bits = samples[index * stride]
        voxels[index] = Float(Double(bitPattern: isSwapped ? bits.byteSwapped : bits))
      }
    case .int32:
      copySwapping(source, count, stride, destination, UInt32.self)
      try refuseNegative(destination.assumingMemoryBound(to: Int32.self), count, path)
    case .int64:
      copySwapping(source, count, stride, destination, UInt64.self)
      try refuseNegative(destination.assumingMemoryBound(to: Int64.self), count, path)
    }
  }

  /// Not inlined: where copying memory is the last operation of a throwing function, the compiler (Swift 6.3.1 on
  /// x86-64) may jump to memmove without restoring the error register, and the caller then sees an error that was never
  /// thrown.
  @inline(never)
  private func copyBytes(_ source: UnsafeRawPointer, _ count: Int, to destination: UnsafeMutableRawPointer) {
    destination.copyMemory(from: source, byteCount: count)
  }

  private func copySwapping<Bits: FixedWidthInteger>(
    _ source: UnsafeRawPointer, _ count: Int, _ stride: Int, _ destination: UnsafeMutableRawPointer, _ bits: Bits.Type
  ) {
    if isSwapped {
      copy(source, count, stride, destination, bits) { $0.byteSwapped }
    } else {
      copy(source, count, stride, destination, bits) { $0 }
    }
  }

  @inline(__always)
  private func copy<Bits: FixedWidthInteger>(
    _ source: UnsafeRawPointer, _ count: Int, _ stride: Int, _ destination: UnsafeMutableRawPointer, _ bits: Bits.Type,
    _ change: (Bits) -> Bits
  ) {
    let samples = source.assumingMemoryBound(to: bits)
    let voxels = destination.assumingMemoryBound(to: bits)
    if stride == 1 {
      for index in 0..<count { voxels[index] = change(samples[index]) }
    } else {
      for index in 0..<count { voxels[index] = change(samples[index &* stride]) }
    }
  }

  private func refuseNegative<Signed: SignedInteger & FixedWidthInteger>(
    _ voxels: UnsafeMutablePointer<Signed>, _ count: Int, _ path: String
  ) throws {
    for index in 0..<count where voxels[index] < 0 {
      throw Fault.badData(
        "\(path) holds \(stored.rawValue) voxels, which are read as labels and must not be negative, but \(voxels[index]) was found; convert the file to int16 or float32"
      )
    }
  }

  private func scale(
    _ source: UnsafeRawPointer, _ count: Int, _ stride: Int, _ voxels: UnsafeMutablePointer<Float>, _ scaling: Scaling
  ) {
    func each<Bits: FixedWidthInteger>(_ bits: Bits.Type, _ value: (Bits) -> Double) {
      let samples = source.assumingMemoryBound(to: bits)
      for index in 0..<count {
        let sample = samples[index * stride]
        voxels[index] = Float(value(isSwapped ? sample.byteSwapped : sample) * scaling.slope + scaling.intercept)
      }
    }
    switch stored {
    case .uint8: each(UInt8.self) { Double($0) }
    case .int8: each(Int8.self) { Double($0) }
    case .uint16: each(UInt16.self) { Double($0) }
    case .int16: each(Int16.self) { Double($0) }
    case .uint32: each(UInt32.self) { Double($0) }
    case .int32: each(Int32.self) { Double($0) }
    case .uint64: each(UInt64.self) { Double($0) }
    case .int64: each(Int64.self) { Double($0) }
    case .float16: each(UInt16.self) { Double(Float16(bitPattern: $0)) }
    case .float32: each(UInt32.self) { Double(Float(bitPattern: $0)) }
    case .float64: each(UInt64.self) { Double(bitPattern: $0) }
    }
  }
}
