import Files
import Foundation

/// Whose output a directory is, judged by the journals in it. Rank 0 only.
struct JournalPlace {
  let directory: String
  let output: String?
  let header: Journal.Header

  /// What was found: a journal to continue, or output to remove first.
  struct State {
    /// The journal of this very job; nil when there is none to continue.
    var contents: Journal.Contents?
    /// What `--overwrite` takes away before the new journal begins.
    var pathsToRemove: [String] = []
  }

  static let suffix = ".journal"
  private var path: String { joinPath(directory, header.name + JournalPlace.suffix) }

  /// Changes nothing on disk.
  ///
  /// - Parameter overwrite: whether to start from the beginning, also where this very job was begun.
  /// - Throws: `Fault.cannotCreate` when the place is taken and `overwrite` does not help.
  func examine(overwrite: Bool) throws -> State {
    let names = isDirectory(directory) ? try directoryEntries(directory) : []
    let journals = names.filter { $0.hasSuffix(JournalPlace.suffix) }
    if journals.isEmpty {
      // Output that no journal accounts for is somebody else's.
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
    // A later pass continues what the first one, whose journal is beside it, has started from the beginning.
    let isContinued = header.isLaterPass && journals.contains(header.command + JournalPlace.suffix)
    if obstacle != nil || overwrite && !isContinued { return State(pathsToRemove: [output ?? path]) }
    return State(contents: own)
  }

  /// Removes what has to go, and opens the journal.
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

  /// How the journal of this job differs from what it would be, as words that follow the output's name; nil when it does
  /// not.
  private func difference(from other: Journal.Header) -> String? {
    if let obstacle = other.owner.obstacle(to: header.owner) { return obstacle }
    if other.unitCount == header.unitCount { return nil }
    return "was begun with another division of the work (expected \(header.unitCount) units, found \(other.unitCount))"
  }
}

extension Journal.Header {
  var owner: OutputOwner { OutputOwner(command: command, identity: identity) }
}
