import Files
import IntensityStatistics
import Tiling
import VolumeFormats
import Voxels

/// Over files that hold a patch each, a file a unit. A patch that cannot be read is set aside, and the others go on.
///
/// Patches in floating point are counted as such and, where all their voxels are whole numbers that 16 bits hold, also as
/// these: when that is so of all patches of the source, they are taken for what the microscope recorded.
struct PatchPass: InPlacePass {
  let files: PatchFiles
  let root: String
  let options: VolumeOptions

  var unitCount: Int { files.names.count }
  var unitName: String { "patches" }
  func unitsAtOnce(threads: Int, memoryInBytes: Int?) -> Int {
    patchesAtOnce(threads: threads, memoryInBytes: memoryInBytes, patchBytes: patchBytes)
  }
  var memoryInBytes: Int { patchMemoryInBytes(patchBytes) }
  private var patchBytes: Int { files.largest.count * 14 }

  func measure(_ unit: Int, _ partial: [PartialStatistics]) throws -> MeasuredUnit {
    if let fault = files.faults[unit] { return MeasuredUnit(fault: fault) }
    let voxels: VoxelBuffer
    do { voxels = try read(unit) } catch let fault as Fault where fault.kind == .badData || fault.kind == .noInput {
      return MeasuredUnit(fault: fault.message)
    }
    try partial[0].save(statistics(of: voxels, unit), unit: unit)
    guard voxels.type == .float32 else { return MeasuredUnit(digest: digest(of: voxels)) }
    guard let integers = voxels.asWholeNumbers() else {
      return MeasuredUnit(digest: digest(of: voxels), isIntegral: false)
    }
    try partial[1].save(statistics(of: integers, unit), unit: unit)
    return MeasuredUnit(digest: digest(of: integers), isIntegral: true)
  }

  func digest(ofUnit unit: Int) throws -> UInt64 {
    let voxels = try read(unit)
    return digest(of: voxels.asWholeNumbers() ?? voxels)
  }

  func files(ofUnit unit: Int) -> [String] { [joinPath(root, files.names[unit])] }

  func sum(_ units: [MeasuredUnit], _ partial: [PartialStatistics]) throws -> StatisticsGrid {
    let usable = units.indices.filter { units[$0].fault == nil }
    guard !usable.isEmpty else {
      throw Fault.badData(
        "none of the \(units.count) patches in \(root) can be read; the first: \(units[0].fault ?? "")")
    }
    let isIntegral = usable.allSatisfy { units[$0].isIntegral == true }
    let sum = empty(isIntegral ? .uint16 : files.voxelType)
    for unit in usable { try sum.merge(partial[isIntegral ? 1 : 0].read(unit)) }
    let expected = usable.reduce(0) { $0 + files.extents[$1].count }
    guard sum.voxelCount == UInt64(expected) else {
      throw Fault.badData(
        "the statistics of the patches in \(root) are incomplete: expected \(expected) voxels, found \(sum.voxelCount); run "
          + "the command again with --overwrite")
    }
    return sum
  }

  private func read(_ unit: Int) throws -> VoxelBuffer {
    let path = joinPath(root, files.names[unit])
    let source = try openVolume(path, options: options)
    let description = source.description
    guard description.extent == files.extents[unit], description.voxelType == files.voxelType else {
      throw Fault.badData(
        "\(path) has changed: expected \(files.voxelType.rawValue) \(files.extents[unit]), found "
          + "\(description.voxelType.rawValue) \(description.extent)")
    }
    return try source.readAll()
  }

  private func empty(_ type: VoxelType) -> StatisticsGrid {
    StatisticsGrid(volume: files.extent, type: type, run: files.run)
  }

  private func statistics(of voxels: VoxelBuffer, _ unit: Int) -> StatisticsGrid {
    let grid = empty(voxels.type)
    grid.add(voxels, at: files.region(unit).origin)
    return grid
  }

  private func digest(of voxels: VoxelBuffer) -> UInt64 {
    defer { withExtendedLifetime(voxels) {} }
    var hash = FixedHash(seed: UInt64(VoxelType.allCases.firstIndex(of: voxels.type)!))
    for axis in 0..<3 { hash.combine(voxels.extent[axis]) }
    hash.combine(crc64(UnsafeRawBufferPointer(rebasing: voxels.bytes[..<voxels.byteCount])))
    return hash.value
  }
}

extension VoxelBuffer {
  /// Voxels in floating point as whole numbers of 16 bits; nil where one is not.
  func asWholeNumbers() -> VoxelBuffer? {
    guard type == .float32 else { return nil }
    defer { withExtendedLifetime(self) {} }
    let result = VoxelBuffer(undefined: .uint16, extent)
    let (from, to) = (voxels(as: Float.self), result.voxels(as: UInt16.self))
    for index in from.indices {
      guard let number = UInt16(exactly: from[index]) else { return nil }
      to[index] = number
    }
    return result
  }
}
