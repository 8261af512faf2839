import ArgumentParser
import Jobs

extension ByteSize: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// What a command prints.
package struct ReportingOptions: ParsableArguments {
  package init() {}

  @Flag(help: "Print the results as JSON.")
  package var json = false

  @Flag(help: "Print no plan and no progress, only results, warnings and errors.")
  package var quiet = false

  @Flag(
    help: "Treat warnings about the result as errors (exit code 65), as far as possible before anything is written.")
  package var strict = false
}

/// How a command runs; none of it changes a byte of the output.
package struct ExecutionOptions: ParsableArguments {
  package init() {}

  @Option(
    help: ArgumentHelp(
      "Memory limit per rank, such as 512MiB or 8G. (default: half of what the machine has, or its control group or SLURM "
        + "allows, divided among its ranks)",
      valueName: "size"))
  package var memory: ByteSize?

  @Option(
    help: ArgumentHelp(
      "Threads of each rank. (default: the CPUs the rank may run on, shared with ranks bound to the same)",
      valueName: "count"))
  package var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Stop cleanly after this many hours, with exit code 75; the same command then resumes. (default: no limit)",
      valueName: "hours"))
  package var maxHours: Double?

  @Flag(help: "Print the plan and stop.")
  package var dryRun = false

  package func validate() throws {
    if let threads, threads < 1 || threads > 4096 {
      throw ValidationError("--threads must be between 1 and 4096, found \(threads)")
    }
    if let maxHours, !(maxHours >= 0 && maxHours <= 1e6) {
      throw ValidationError("--max-hours must be a number of hours, found \(maxHours)")
    }
  }
}

/// For commands that write.
package struct OverwriteOption: ParsableArguments {
  package init() {}

  @Flag(
    name: .customLong("overwrite"),
    help: ArgumentHelp(
      "Start from the beginning, and replace what Sheaf wrote there before once the new output is whole; until then the same command "
        + "resumes."))
  package var isSet = false
}
