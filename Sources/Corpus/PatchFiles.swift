import Files
import Foundation
import Jobs
import MPI
import Threads
import VolumeFormats
import Voxels

/// Files that hold one patch each, all of one structure and, where a file list says so, of one volume: one source.
///
/// Patches have no place in a volume that is known, so each gets a place of its own: along z one after the other, at
/// multiples of `pitch`, which divides by the edge of every grid of statistics, so that no cell holds voxels of two.
struct PatchFiles: Codable, Sendable {
  /// Relative to the source's directory, sorted by bytes.
  var names: [String]
  /// Of each file. Files that cannot be opened have the extent of no voxel.
  var extents: [Extent]
  /// As the files are read.
  var voxelType: VoxelType
  var voxelSizeInMicrometres: VoxelSize?
  /// Why files cannot be used, by their number, as their headers are read.
  var faults: [Int: String]
  /// The format of the first file, in words.
  var format: String

  /// The largest edges of a patch.
  var largest: Extent {
    extents.reduce(Extent(1)) { Extent(max($0.z, $1.z), max($0.y, $1.y), max($0.x, $1.x)) }
  }

  var pitch: Int { (largest.z + 299) / 300 * 300 }

  /// The extent of all places together.
  var extent: Extent { Extent(names.count * pitch, largest.y, largest.x) }

  func region(_ number: Int) -> Region { Region(origin: Coordinate(number * pitch, 0, 0), extent: extents[number]) }

  /// The file whose place holds `origin`.
  func number(at origin: Coordinate) -> Int { origin.z / pitch }

  /// Where neighbours along x are compared, as tiling a volume of one patch would do it.
  var run: Int {
    let widths = Set(extents.filter { !$0.isEmpty }.map(\.x))
    return widths.count == 1 ? min(64, widths.first!) : 1
  }
}

/// What the header of a patch says.
struct PatchHeader: Codable, Sendable {
  var extent = Extent(0)
  var voxelType = VoxelType.uint8
  var voxelSizeInMicrometres: VoxelSize?
  var format = ""
  var fault: String?

  init(_ path: String, _ options: VolumeOptions) throws {
    do {
      let description = try openVolume(path, options: options).description
      extent = description.extent
      voxelType = description.voxelType
      voxelSizeInMicrometres = description.voxelSizeInMicrometres
      format = description.format
    } catch let error as Fault where error.kind == .badData || error.kind == .noInput {
      fault = error.message
    }
  }

  /// The headers of `paths` on every rank, each of which reads its share. Collective.
  static func read(
    _ paths: [String], _ options: VolumeOptions, threads: Int, _ communicator: Communicator
  ) throws -> [PatchHeader] {
    let own = Array(stride(from: communicator.rank, to: paths.count, by: communicator.size))
    let read = try communicator.everyRank { () throws -> [PatchHeader] in
      let headers = ResultSlots<PatchHeader>(count: own.count)
      try parallelForEach(count: own.count, threads: threads) { index in
        headers.set(index, try PatchHeader(paths[own[index]], options))
      }
      return headers.values
    }
    let gathered = try communicator.gather(coding: read)
    return try communicator.rootOnly { () throws -> [PatchHeader] in
      (0..<paths.count).map { gathered![$0 % communicator.size][$0 / communicator.size] }
    }
  }
}

/// Results of a parallel loop by their index.
private final class ResultSlots<Value: Sendable>: @unchecked Sendable {
  private var slots: [Value?]
  private let lock = NSLock()

  init(count: Int) { slots = [Value?](repeating: nil, count: count) }

  func set(_ index: Int, _ value: Value) { lock.withLock { slots[index] = value } }

  /// Once every one was set.
  var values: [Value] { slots.map { $0! } }
}
