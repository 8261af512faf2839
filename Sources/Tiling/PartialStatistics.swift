import Files
import Foundation
import IntensityStatistics
import Voxels

/// The statistics of single units, kept with the store until all are complete: an interrupted run loses none, and their
/// sum does not depend on which rank did which unit, because everything in them is an integer. Lost or damaged ones cost
/// their unit.
package struct PartialStatistics: Sendable {
  package let directory: String

  /// - Parameter ownDirectory: the store's directory for Sheaf's own files.
  init(ownDirectory: String) { directory = joinPath(ownDirectory, "partial-statistics") }

  package init(directory: String) { self.directory = directory }

  private func path(_ unit: Int) -> String { joinPath(directory, String(unit)) }

  package func save(_ grid: StatisticsGrid, unit: Int) throws {
    try createDirectory(directory)
    try publishChecksummed(grid.encoded(), to: path(unit))
  }

  /// Why the statistics of a unit cannot be used, as a sentence; nil when they can.
  package func damage(ofUnit unit: Int) throws -> String? {
    if let damage = try ChecksummedFile.damage(path(unit)) { return damage }
    do {
      let file = try ChecksummedFile(path(unit), verifying: false)
      // What an older version wrote may have a checksum of its own inside, and other cells than the units to come.
      if !file.hasChecksum { _ = try read(unit) }
      let head = try file.read(at: 0, count: min(StatisticsGrid.longestHead, file.size))
      return try StatisticsGrid.hasCellsOfToday(head: head, name: path(unit))
        ? nil : "\(path(unit)) holds statistics of the cells of an earlier version"
    } catch let fault as Fault where fault.kind == .badData {
      return fault.message
    }
  }

  package func read(_ unit: Int) throws -> StatisticsGrid {
    try StatisticsGrid.decode(ChecksummedFile.contents(of: path(unit), limit: 8 << 30), name: path(unit))
  }

  /// The sum over `unitCount` units.
  ///
  /// - Throws: `Fault.badData` when one is missing or damaged.
  package func sum(unitCount: Int, _ empty: StatisticsGrid) throws -> StatisticsGrid {
    for unit in 0..<unitCount {
      guard fileExists(path(unit)) else {
        throw Fault.badData(
          "\(path(unit)) is missing: expected the statistics of unit \(unit); run the same command again, which makes them "
            + "anew")
      }
      try empty.merge(read(unit))
    }
    guard empty.isComplete else {
      throw Fault.badData(
        "\(directory) is incomplete: expected \(empty.volume.count) voxels, found \(empty.voxelCount); tile again with --overwrite"
      )
    }
    return empty
  }

  package func remove() throws {
    guard fileExists(directory) else { return }
    do {
      try FileManager.default.removeItem(atPath: directory)
    } catch {
      throw Fault.io("cannot remove \(directory): \(plainText(of: error))")
    }
  }
}
