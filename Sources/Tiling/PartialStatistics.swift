import Files
import Foundation
import IntensityStatistics
import Voxels

/// The statistics of single units, kept with the store until all are complete: an interrupted run loses none, and their
/// sum does not depend on which rank did which unit, because everything in them is an integer.
struct PartialStatistics: Sendable {
  let directory: String

  /// - Parameter ownDirectory: the store's directory for Sheaf's own files.
  init(ownDirectory: String) { directory = joinPath(ownDirectory, "partial-statistics") }

  private func path(_ unit: Int) -> String { joinPath(directory, String(unit)) }

  func save(_ grid: StatisticsGrid, unit: Int) throws {
    try createDirectory(directory)
    try publish(grid.encoded(), to: path(unit))
  }

  /// The sum over `unitCount` units.
  ///
  /// - Throws: `Fault.badData` when one is missing or damaged.
  func sum(unitCount: Int, _ empty: StatisticsGrid) throws -> StatisticsGrid {
    for unit in 0..<unitCount {
      guard fileExists(path(unit)) else {
        throw Fault.badData(
          "\(path(unit)) is missing: expected the statistics of unit \(unit); tile again with --overwrite")
      }
      try empty.merge(StatisticsGrid.decode(readWholeFile(path(unit), limit: 8 << 30), name: path(unit)))
    }
    guard empty.isComplete else {
      throw Fault.badData(
        "\(directory) is incomplete: expected \(empty.volume.count) voxels, found \(empty.voxelCount); tile again with --overwrite"
      )
    }
    return empty
  }

  func remove() throws {
    guard fileExists(directory) else { return }
    do {
      try FileManager.default.removeItem(atPath: directory)
    } catch {
      throw Fault.io("cannot remove \(directory): \(error.localizedDescription)")
    }
  }
}
