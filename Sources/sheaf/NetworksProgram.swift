import Commands
import Files
import Foundation

/// Replaces this process by `sheaf-networks`, which lies beside this program, with the same arguments and environment;
/// what a launcher told this process through those stays true.
func becomeNetworksProgram() -> Never {
  let own = (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])).resolvingSymlinksInPath()
  let path = own.deletingLastPathComponent().appendingPathComponent("sheaf-networks").path
  var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
  execv(path, &arguments)
  Ending.fail(
    Fault.noInput(
      "cannot start \(path): \(systemErrorText()). Networks, help and most other commands are in that program; "
        + "install it beside sheaf, as `make install` does"))
}
