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
      try refuseForeignOutput()
      return State()
    }
    let obstacle: String?
    var own: Journal.Contents?
    do {
      let headers = try journals.compactMap { try Journal.read(joinPath(directory, $0))?.header }
      if let other = headers.first(where: { $0.command != header.command }) {
        obstacle = "was written by sheaf \(other.command)"
      } else {
        own = try Journal.read(path)
        obstacle = own.flatMap { difference(from: $0.header) }
      }
    } catch let fault as Fault where fault.kind == .badData && overwrite {
      obstacle = fault.message
    }
    if let obstacle, !overwrite {
      throw Fault.cannotCreate(
        "\(output ?? directory) \(obstacle); give the settings it was begun with to resume, another output, or "
          + "--overwrite to replace it")
    }
    // A later pass continues what the first one has started from the beginning.
    if obstacle != nil || overwrite && !header.isLaterPass { return State(pathsToRemove: [output ?? path]) }
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

  /// Output that no journal accounts for is somebody else's, and not even `--overwrite` removes it. A directory that
  /// holds nothing but hidden files was prepared by a run that ended before its journal began.
  private func refuseForeignOutput() throws {
    guard let output, fileExists(output) else { return }
    if isDirectory(output), try directoryEntries(output).allSatisfy({ $0.hasPrefix(".") }) { return }
    throw Fault.cannotCreate(
      "\(output) exists and was not written by sheaf \(header.command); remove it or give another output")
  }

  /// How another header differs from this job's, as words that follow the output's name; nil when it does not.
  private func difference(from other: Journal.Header) -> String? {
    let found = other.identity.split(separator: "\n", omittingEmptySubsequences: false)
    let wanted = header.identity.split(separator: "\n", omittingEmptySubsequences: false)
    for index in 0..<max(found.count, wanted.count) {
      let old = index < found.count ? String(found[index]) : "nothing"
      let new = index < wanted.count ? String(wanted[index]) : "nothing"
      if old != new { return "was begun with other settings (expected \"\(new)\", found \"\(old)\")" }
    }
    if other.unitCount != header.unitCount {
      return
        "was begun with another division of the work (expected \(header.unitCount) units, found \(other.unitCount))"
    }
    return nil
  }
}
