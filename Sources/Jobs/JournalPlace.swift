import Files
import Foundation

/// Determines from the journals in a directory which job its output belongs to. Rank 0 only.
struct JournalPlace {
  let directory: String
  let output: String?
  let header: Journal.Header

  /// What was found: a journal to continue, or output to remove first.
  struct State {
    /// The journal of this same job; nil when there is none to continue.
    var contents: Journal.Contents?
    /// What `--overwrite` removes before the new journal is started.
    var pathsToRemove: [String] = []
  }

  static let suffix = ".journal"
  private var path: String { joinPath(directory, header.name + JournalPlace.suffix) }

  /// Changes nothing on disk.
  ///
  /// - Parameter overwrite: whether to start from scratch even if this same job was already begun.
  /// - Throws: `Fault.cannotCreate` when the path is occupied and `overwrite` does not apply.
  func examine(overwrite: Bool) throws -> State {
    let names = isDirectory(directory) ? try directoryEntries(directory) : []
    let journals = names.filter { $0.hasSuffix(JournalPlace.suffix) }
    if journals.isEmpty {
      // Output without a journal was not written by this program.
      if let output { try header.owner.requireFree(output) }
      return State()
    }
    let obstacle: String?
    var own: Journal.Contents?
    do {
      let headers = try journals.compactMap { try Journal.read(joinPath(directory, $0))?.header }
      if let other = headers.first(where: { $0.command != header.command }) {
        obstacle = other.owner.obstacle(to: header.owner)
      } else {
        own = try Journal.read(path)
        obstacle = own.flatMap { difference(from: $0.header) }
      }
    } catch let fault as Fault where fault.kind == .badData && overwrite {
      obstacle = fault.message
    }
    if let obstacle, !overwrite { throw OutputOwner.refusal(of: output ?? directory, obstacle) }
    // A later pass continues what the first pass, whose journal is in the same directory, has started from scratch.
    let isContinued = header.isLaterPass && journals.contains(header.command + JournalPlace.suffix)
    if obstacle != nil || overwrite && !isContinued { return State(pathsToRemove: [output ?? path]) }
    return State(contents: own)
  }

  /// Removes what has to go and opens the journal.
  func open(_ state: State) throws -> Journal {
    for path in state.pathsToRemove {
      do {
        try FileManager.default.removeItem(atPath: path)
      } catch {
        throw Fault.cannotCreate("cannot remove \(path) to replace it: \(error.localizedDescription)")
      }
    }
    if state.contents != nil { return try Journal(continuing: path, header: header) }
    try createDirectory(directory)
    return try Journal(creating: path, header: header)
  }

  /// How the journal found differs from the one this job would write, as words that follow the output's name; nil when
  /// it does not.
  private func difference(from other: Journal.Header) -> String? {
    if let obstacle = other.owner.obstacle(to: header.owner) { return obstacle }
    if other.unitCount == header.unitCount { return nil }
    return "was begun with another division of the work (expected \(header.unitCount) units, found \(other.unitCount))"
  }
}

extension Journal.Header {
  var owner: OutputOwner { OutputOwner(command: command, identity: identity) }
}
