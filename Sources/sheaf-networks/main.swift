import CBuild
import Commands

Program.run(
  build: Build(
    commit: String(cString: sheaf_build_commit()), libtorchVersion: String(cString: sheaf_build_libtorch_version()),
    libtorchDirectory: String(cString: sheaf_build_libtorch_directory())),
  networks: TorchOperations())
