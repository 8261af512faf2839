import Files
import Foundation

/// The checkpoints of a run: the last one and the one before, each published whole under a name that has its step.
package struct CheckpointStore: Sendable {
  package let directory: String
  /// The one before the last is kept for the case that the last is damaged.
  private static let keptCount = 2

  package init(_ directory: String) { self.directory = directory }

  /// Publishes a checkpoint, then removes those no longer needed.
  package func save(_ checkpoint: Checkpoint) throws {
    try createDirectory(directory)
    try checkpoint.write(to: path(checkpoint.step))
    let old = try steps().filter { $0 <= checkpoint.step }.dropLast(CheckpointStore.keptCount)
    for step in old { unlink(path(step)) }
  }

  /// The last checkpoint that is whole.
  ///
  /// - Parameter flatCount: how many parameters the network has.
  /// - Returns: nil when there is none, and a sentence for each later one that is damaged.
  /// - Throws: `Fault.badData` when there are checkpoints but all are damaged, because starting anew would overwrite
  ///   what might still be rescued.
  package func latest(flatCount: Int) throws -> (checkpoint: Checkpoint?, notes: [String]) {
    guard isDirectory(directory) else { return (nil, []) }
    var notes: [String] = []
    let steps = try steps()
    for step in steps.reversed() {
      do {
        return (try Checkpoint(reading: path(step), flatCount: flatCount), notes)
      } catch let fault as Fault where fault.kind == .badData {
        notes.append("\(fault.message); falling back to the checkpoint before it")
      }
    }
    if let first = notes.first {
      throw Fault.badData(
        "no checkpoint in \(directory) is whole (\(first)); restore one from a copy, or give --overwrite to start anew")
    }
    return (nil, [])
  }

  /// The step of the last checkpoint, whole or not.
  func lastStep() throws -> Int? { isDirectory(directory) ? try steps().last : nil }

  func path(_ step: Int) -> String { joinPath(directory, "step-\(step).checkpoint") }

  /// Steps of the published checkpoints, ascending.
  private func steps() throws -> [Int] {
    try directoryEntries(directory).compactMap { name in
      guard name.hasPrefix("step-"), name.hasSuffix(".checkpoint") else { return nil }
      return Int(name.dropFirst("step-".count).dropLast(".checkpoint".count))
    }.sorted()
  }
}
