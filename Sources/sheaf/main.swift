import ArgumentParser
import CBuild
import Commands

// `sheaf` itself knows volumes and stores. Everything else, also help, it leaves to `sheaf-networks`, which is the whole
// program with libtorch.

/// The part of `sheaf` that needs no libtorch.
struct VolumeProgram: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "sheaf", subcommands: volumeCommands)
}

Build.current = Build(
  commit: String(cString: sheaf_build_commit()), libtorchVersion: String(cString: sheaf_build_libtorch_version()),
  libtorchDirectory: String(cString: sheaf_build_libtorch_directory()))
let isForVolumes = volumeCommands.contains { $0.configuration.commandName == CommandLine.arguments.dropFirst().first }
if !isForVolumes { becomeNetworksProgram() }
Program.run(VolumeProgram.self)
