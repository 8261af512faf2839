import Files
import Foundation

/// Determines from the journals in a directory whether a job may continue there. Rank 0 only.
///
/// What `--overwrite` replaces is decided before, for all passes of a command together: see `OutputPlace`.
struct JournalPlace {
  let directory: String
  let output: String?
  let header: Journal.Header
  /// That of the header, which an earlier version may have recorded in another form.
  let identity: OutputIdentity

  static let suffix = ".journal"
  private var owner: OutputOwner { OutputOwner(command: header.command, identity: identity) }
  private var path: String { joinPath(directory, header.name + JournalPlace.suffix) }

  /// The journal of this same job; nil when there is none to continue. Changes nothing on disk.
  ///
  /// - Throws: `Fault.cannotCreate` when the place belongs to another command or other settings.
  func examine() throws -> Journal.Contents? {
    let names = isDirectory(directory) ? try directoryEntries(directory) : []
    let journals = names.filter { $0.hasSuffix(JournalPlace.suffix) }
    if journals.isEmpty {
      // Output without a journal was not written by this program.
      if let output { try header.owner.requireFree(output) }
      return nil
    }
    let headers = try journals.compactMap { try Journal.read(joinPath(directory, $0))?.header }
    if let other = headers.first(where: { $0.command != header.command }),
      let obstacle = try other.owner.obstacle(to: owner)
    {
      throw OutputOwner.refusal(of: output ?? directory, obstacle)
    }
    guard let own = try Journal.read(path) else { return nil }
    if let obstacle = try difference(from: own.header) { throw OutputOwner.refusal(of: output ?? directory, obstacle) }
    return own
  }

  /// Opens the journal that `examine` found, or begins a new one.
  func open(_ contents: Journal.Contents?) throws -> Journal {
    // Its own header: the identity may be in the form of an earlier version.
    if let contents { return try Journal(continuing: path, header: contents.header) }
    try createDirectory(directory)
    return try Journal(creating: path, header: header)
  }

  /// How the journal found differs from the one this job would write, as words that follow the output's name; nil when
  /// it does not.
  private func difference(from other: Journal.Header) throws -> String? {
    if let obstacle = try other.owner.obstacle(to: owner) { return obstacle }
    if other.unitCount == header.unitCount { return nil }
    return "was begun with another division of the work (expected \(header.unitCount) units, found \(other.unitCount))"
  }
}

extension Journal.Header {
  /// What all ranks must have in common to do this job together.
  var fact: RankAgreement.Fact {
    RankAgreement.Fact(
      "other settings or inputs", "\(command), \(name), \(unitCount) units\n\(identity)",
      remedy: RankAgreement.sameInputs)
  }

  var owner: OutputOwner { OutputOwner(command: command, identity: OutputIdentity(identity)) }
}
