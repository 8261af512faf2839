import Jobs
import MPI

/// What the jobs of one command have in common. Command and identity are in the journals: a run that was cut off
/// continues only under the same ones.
package struct JobContext {
  /// The subcommand, such as `infer`; every job's name begins with it.
  package let command: String
  /// Where the journals are kept.
  package let directory: String
  /// See `ResolvedSettings.identity`.
  package let identity: OutputIdentity
  /// What the command writes, for messages.
  package let output: String
  package let communicator: Communicator
  package let settings: JobSettings
  /// Memory in bytes that the program takes apart from blocks.
  package let baseInBytes: Int
  /// By how much a pass may need more than is allowed: `baseInBytes` may be measured, and is a little different every time.
  package var memoryToleranceInBytes: Int { baseInBytes / 10 }

  package init(
    command: String, directory: String, identity: OutputIdentity, output: String, communicator: Communicator,
    settings: JobSettings, baseInBytes: Int
  ) {
    self.command = command
    self.directory = directory
    self.identity = identity
    self.output = output
    self.communicator = communicator
    self.settings = settings
    self.baseInBytes = baseInBytes
  }
}
