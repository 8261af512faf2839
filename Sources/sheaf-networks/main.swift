import CBuild
import Commands

Build.current = Build(
  commit: String(cString: sheaf_build_commit()), libtorchVersion: String(cString: sheaf_build_libtorch_version()),
  libtorchDirectory: String(cString: sheaf_build_libtorch_directory()))
Program.run(Sheaf.self)
