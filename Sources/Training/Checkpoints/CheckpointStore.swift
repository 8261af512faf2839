import Files
import Foundation
import Torch

/// The checkpoints of a run: the last one and the one before, each published whole under a name that has its step.
package struct CheckpointStore: Sendable {
  package let directory: String
  /// The previous one is kept in case the last is damaged.
  private static let keptCount = 2

  package init(_ directory: String) { self.directory = directory }

  /// Publishes a checkpoint of flat tensors of one length, then removes those no longer needed.
  ///
  /// - Parameter step: steps done.
  package func save(step: Int, _ tensors: [(name: String, tensor: Tensor)]) throws {
    try createDirectory(directory)
    try Checkpoint.write(step: step, tensors, to: path(step))
    let old = try steps().filter { $0 <= step }.dropLast(CheckpointStore.keptCount)
    for step in old { unlink(path(step)) }
  }

  /// Overwrites the elements of `tensors` with those of the last checkpoint that is whole.
  ///
  /// - Returns: steps done, nil when there is no checkpoint, and a message for each later one that is damaged.
  /// - Throws: `Fault.badData` when there are checkpoints but all are damaged, because starting over would overwrite
  ///   what might still be recovered; `Fault.usage` when the checkpoint is of another optimiser or network.
  package func restoreLatest(into tensors: [(name: String, tensor: Tensor)]) throws -> (step: Int?, notes: [String]) {
    guard isDirectory(directory) else { return (nil, []) }
    var notes: [String] = []
    let steps = try steps()
    for step in steps.reversed() {
      do {
        let checkpoint = try Checkpoint(path(step))
        guard checkpoint.step == step else {
          throw Fault.badData("\(checkpoint.path) holds step \(checkpoint.step): it was given another name")
        }
        try checkpoint.restore(tensors)
        return (checkpoint.step, notes)
      } catch let fault as Fault where fault.kind == .badData || fault.kind == .io {
        notes.append("\(fault.message); falling back to the checkpoint before it")
      }
    }
    if let first = notes.first {
      throw Fault.badData(
        "every checkpoint in \(directory) is damaged (\(first)); restore one from a backup, or give --overwrite to start over"
      )
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
