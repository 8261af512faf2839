import Files
import MPI
import Synchronization

/// Something the user should know before trusting a result: a sentence without a full stop that names the file, says
/// what is doubtful, and what to do. What is merely good to know is a note in the plan instead.
package struct Warning: Codable, Hashable, Sendable {
  package enum Subject: String, Codable, Sendable {
    /// The result may mean something else than the user thinks. A function of inputs and settings alone; kept in
    /// `settings.json` beside the output.
    case result
    /// The command line, such as a deprecated option.
    case command
    /// This run alone: its speed, or a damaged file that is made again. Depends on the machine, so it is not kept, and
    /// `--strict` lets it pass.
    case run
  }

  package let text: String
  package let subject: Subject

  package init(_ text: String, about subject: Subject = .result) {
    self.text = text
    self.subject = subject
  }
}

/// All warnings of a command, each once, in the order in which they were raised. Any thread of any rank may add to it.
///
/// 1. `Console.warn` prints a warning on rank 0 as soon as it is raised there; what other ranks raise reaches rank 0 the
///    next time `gather` is called.
/// 2. At the end of the command all of them are printed once more (`Console.repeatWarnings`), unless it was quiet.
/// 3. `ResolvedSettings.write` keeps those about the result with the output, where `sheaf info` finds them.
/// 4. With `--strict`, `settle` makes those about the result or the command line an error: jobs and trainings call it
///    after their plan, before they create anything, and jobs once more before they end, so that a warning raised while
///    they ran leaves the output unfinished.
package final class Warnings: Sendable {
  private let raised = Mutex<[Warning]>([])
  package let isStrict: Bool

  package init(isStrict: Bool = false) { self.isStrict = isStrict }

  /// - Returns: whether it is new.
  @discardableResult
  package func add(_ warning: Warning) -> Bool {
    raised.withLock { raised in
      if raised.contains(where: { $0.text == warning.text }) { return false }
      raised.append(warning)
      return true
    }
  }

  package var all: [Warning] { raised.withLock { $0 } }

  /// What is kept with the output.
  package var textsAboutResult: [String] { all.filter { $0.subject == .result }.map(\.text) }

  /// - Throws: `Fault.badData` with `--strict` when there are warnings that it makes errors.
  package func refuseIfStrict() throws {
    let grave = all.filter { $0.subject != .run }.map(\.text)
    guard isStrict, !grave.isEmpty else { return }
    throw Fault.badData(
      grave.count == 1
        ? "--strict makes a warning an error: \(grave[0])"
        : "--strict makes \(grave.count) warnings errors: \(grave.joined(separator: "; "))")
  }
}

extension Console {
  /// Raises a warning; one that was raised before is ignored.
  ///
  /// - Parameter text: a sentence without a full stop; see `Warning`.
  package func warn(_ text: String, about subject: Warning.Subject = .result) {
    warn(Warning(text, about: subject))
  }

  package func warn(_ warning: Warning) {
    guard warnings.add(warning) else { return }
    // A progress bar has not ended its line.
    write((isTerminal ? "\r\u{1B}[K" : "") + "warning: \(warning.text)\n")
  }

  /// Brings the warnings of all ranks to rank 0. Collective.
  package func gatherWarnings(_ communicator: Communicator) throws {
    if communicator.size == 1 { return }
    for other in try communicator.gather(coding: warnings.all) ?? [] { other.forEach(warn) }
  }

  /// `gatherWarnings`, then with `--strict` the refusal of what was raised so far. Collective; every rank throws.
  package func settleWarnings(_ communicator: Communicator) throws {
    try gatherWarnings(communicator)
    if warnings.isStrict { try communicator.rootOnly { try warnings.refuseIfStrict() } }
  }

  /// Prints all warnings together, for the end of a command: between them and here there may be hours of progress. Not on a
  /// quiet console, where nothing stands between.
  package func repeatWarnings() {
    let texts = warnings.all.map(\.text)
    if texts.isEmpty || isQuiet { return }
    write("\(texts.count) \(texts.count == 1 ? "warning" : "warnings"):\n" + texts.map { "  \($0)\n" }.joined())
  }
}
