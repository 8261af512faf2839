import Files
import Jobs
import Zarr

/// What `verify` says of an output's journals, and of the files that a command keeps while it is not done.
///
/// Journals and intermediate files check themselves, so that an unfinished output can be checked too: damage found here
/// costs the units that the files belong to.
struct UnfinishedOutput {
  private(set) var findings: [Finding] = []
  /// Such as "3 of 8 units of infer are done".
  private(set) var progress: [String] = []

  /// - Parameters:
  ///   - path: an output, finished or not.
  ///   - listed: files whose digests are checked anyway, by paths relative to the output.
  init(_ path: String, isFinished: Bool, listed: Set<String>) throws {
    let directory = PrivateDirectory.path(in: path)
    // Training runs and corpora of the first versions had none.
    guard isDirectory(directory) else { return }
    for name in try directoryEntries(directory) where name.hasSuffix(".journal") && !isPartialFile(name) {
      if listed.contains(joinPath(PrivateDirectory.name, name)) { continue }
      try checkJournal(joinPath(directory, name), isFinished: isFinished)
    }
    if isFinished { return }
    for name in try directoryEntries(directory) where isDirectory(joinPath(directory, name)) {
      for file in try regularFiles(below: joinPath(directory, name)) {
        let file = joinPath(directory, name, file)
        if let damage = try ChecksummedFile.damage(file) { findings.append(Finding(path: file, message: damage)) }
      }
    }
  }

  private mutating func checkJournal(_ path: String, isFinished: Bool) throws {
    do {
      let journal = try Journal.condition(of: path)
      if let damage = journal.damage {
        findings.append(Finding(path: path, message: damage))
      } else if isFinished && !journal.isComplete {
        findings.append(
          Finding(path: path, message: "\(path) lacks its end, although the output is finished: it is damaged"))
      }
      progress.append("\(journal.unitsDone) of \(journal.unitCount) units of \(journal.name) are done")
    } catch let fault as Fault where fault.kind == .badData {
      findings.append(Finding(path: path, message: fault.message))
    }
  }
}
