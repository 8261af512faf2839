import Files
import Foundation

/// The command, settings and inputs that an output belongs to, according to its record: the journal of a job or the
/// `run.json` of a training run.
///
/// 1. An output is continued only by its owner. Anything else is refused, or replaced with `--overwrite`.
/// 2. Output without a record was not written by Sheaf and is never touched, not even with `--overwrite`.
package struct OutputOwner: Equatable, Sendable {
  package var command: String
  package var identity: OutputIdentity

  package init(command: String, identity: OutputIdentity) {
    self.command = command
    self.identity = identity
  }

  package init(_ resolved: ResolvedSettings) { self.init(command: resolved.command, identity: resolved.identity) }

  /// Why another owner cannot continue an output of this one, as words that follow its path; nil when it can.
  ///
  /// - Throws: `Fault.noInput` when an input is needed to compare with the record of an earlier version, and unreadable.
  package func obstacle(to other: OutputOwner) throws -> String? {
    if command != other.command { return "was written by sheaf \(command)" }
    return try other.identity.difference(from: identity.text)
  }

  /// The fault for an output that cannot be continued.
  package static func refusal(of output: String, _ obstacle: String) -> Fault {
    Fault.cannotCreate(
      "\(output) \(obstacle); give the settings and inputs it was begun with to resume, another output, or --overwrite to replace it"
    )
  }

  /// The owner of a directory, by the first record in it; nil when there is none.
  ///
  /// - Throws: `Fault.badData` when a journal is damaged.
  package init?(recordedIn output: String) throws {
    struct Run: Decodable {
      let command: String
      let identity: String
    }
    let own = PrivateDirectory.path(in: output)
    for name in isDirectory(own) ? try directoryEntries(own) : [] where name.hasSuffix(JournalPlace.suffix) {
      guard let header = try Journal.readHeader(joinPath(own, name)) else { continue }
      self = header.owner
      return
    }
    guard let data = try? readWholeFile(joinPath(output, "run.json"), limit: 1 << 26),
      let run = try? JSONDecoder().decode(Run.self, from: data)
    else { return nil }
    self.init(command: run.command, identity: OutputIdentity(run.identity))
  }

  /// - Throws: `Fault.cannotCreate` when `output` exists but has no record. A directory in which there is nothing but
  ///   Sheaf's hidden files was prepared by a run that ended before its record was written.
  package func requireFree(_ output: String) throws {
    guard fileExists(output) else { return }
    if isDirectory(output), try directoryEntries(output).allSatisfy(OutputFiles.isPreparation) { return }
    throw Fault.cannotCreate(
      "\(output) exists and was not written by sheaf \(command); remove it or give another output")
  }
}
