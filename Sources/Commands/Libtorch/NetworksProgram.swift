import Files
import Foundation
import Jobs

/// Replaces this process by `sheaf-networks`, with the same arguments and environment (what a launcher such as mpirun told
/// this process through those stays true), and with the libtorch that `LibtorchSearch` finds first in its library path.
package func becomeNetworksProgram() -> Never {
  do {
    let program = try networksProgram(of: Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0]))
    let environment = ProcessInfo.processInfo.environment
    let libtorch = try LibtorchSearch(environment: environment, build: Build.current).directory()
    let paths = ["\(libtorch)/lib"] + (environment["LD_LIBRARY_PATH"].map { $0.isEmpty ? [] : [$0] } ?? [])
    setenv("LD_LIBRARY_PATH", paths.joined(separator: ":"), 1)
    StopSignals.hold()
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv(program, &arguments)
    throw Fault.noInput("cannot start \(program): \(systemErrorText())")
  } catch {
    ProgramExit.fail(error)
  }
}

/// The path of `sheaf-networks`: in `../libexec/sheaf` where `sheaf` was installed, beside it where it was built.
/// Throws `noInput` when it is in neither.
package func networksProgram(of sheaf: URL) throws -> String {
  let directory = sheaf.resolvingSymlinksInPath().deletingLastPathComponent()
  let beside = directory.appendingPathComponent("sheaf-networks").path
  let installed = directory.deletingLastPathComponent().appendingPathComponent("libexec/sheaf/sheaf-networks").path
  if let found = [installed, beside].first(where: FileManager.default.isExecutableFile) { return found }
  throw Fault.noInput(
    "cannot start \(beside): No such file, nor \(installed). Commands that use a network are in that program; "
      + "`make install` installs both")
}
