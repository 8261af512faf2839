import Files
import Foundation
import Scratch
import Synchronization
import VolumeFormats
import Voxels

/// A volume in memory that pretends to be cut into pieces, and counts how often each of its voxels was decoded.
final class MemoryVolume: VolumeSource {
  let description: VolumeDescription
  let readingGeometry: ReadingGeometry
  let voxels: VoxelBuffer
  private let decoded = Mutex(0)

  /// A directory, so that it has a fingerprint.
  let place: ScratchDirectory

  init(_ voxels: VoxelBuffer, piece: Extent = Extent(1), isSequential: Bool = false) throws {
    self.voxels = voxels
    place = try ScratchDirectory()
    description = VolumeDescription(
      path: place.path, format: "memory", extent: voxels.extent, voxelType: voxels.type,
      voxelSizeInMicrometres: VoxelSize(4, 2, 1), storage: "as it is")
    readingGeometry = ReadingGeometry(piece: piece, scratchInBytes: 0, isSequential: isSequential)
  }

  func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws {
    let pieces = Lattice(extent: voxels.extent, cell: readingGeometry.piece).positions(intersecting: region)
    let lattice = Lattice(extent: voxels.extent, cell: readingGeometry.piece)
    var count = 0
    pieces.forEachPosition { count += lattice.region(at: $0).count }
    decoded.withLock { $0 += count }
    buffer.copy(region, of: voxels, to: origin)
  }

  var decodingsPerVoxel: Double { Double(decoded.withLock { $0 }) / Double(voxels.extent.count) }
}

/// All files below a directory, by their paths in it.
func tree(_ path: String, leavingOut excluded: (String) -> Bool = { _ in false }) throws -> [String: Data] {
  var files: [String: Data] = [:]
  func walk(_ directory: String, _ prefix: String) throws {
    for name in try directoryEntries(directory) {
      let inside = prefix + name
      if excluded(inside) { continue }
      let full = joinPath(directory, name)
      if isDirectory(full) { try walk(full, inside + "/") } else { files[inside] = try readWholeFile(full) }
    }
  }
  try walk(path, "")
  return files
}

/// Noise with an empty surround: some shards hold nothing but zero.
func organ(_ type: VoxelType, _ extent: Extent, seed: UInt64 = 1) -> VoxelBuffer {
  let buffer = VoxelBuffer(type, extent)
  var state = seed
  func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
  Region(extent).forEachPosition { position in
    let index = extent.index(of: position)
    let value = position.x < extent.x / 3 ? 0 : next() % 200
    switch type {
    case .uint8: buffer.voxels(as: UInt8.self)[index] = UInt8(value)
    case .uint16: buffer.voxels(as: UInt16.self)[index] = UInt16(value * 300)
    case .int16: buffer.voxels(as: Int16.self)[index] = Int16(value) - 100
    case .uint32: buffer.voxels(as: UInt32.self)[index] = UInt32(value * 1_000_003)
    case .uint64: buffer.voxels(as: UInt64.self)[index] = value << 40
    case .float32: buffer.voxels(as: Float.self)[index] = Float(value) * 0.37 - 20
    }
  }
  return buffer
}
