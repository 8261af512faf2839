import Foundation
import MPI

extension Program {
  /// What `sheaf --version` prints, one line: version, commit, MPI library, and the libtorch that was built for and the
  /// one that would be loaded.
  static var versionText: String {
    let build = Build.current
    let commit = build.commit.isEmpty ? "unknown" : build.commit
    // Open MPI goes on with its packager and dates; MPICH puts a colon and tabs between its name and the number.
    let mpi = Communicator.libraryVersion.prefix { $0 != "," }.split { $0.isWhitespace || $0 == ":" }
    return "sheaf \(version), commit \(commit), \(mpi.joined(separator: " ")), \(libtorchText(build))"
  }

  private static func libtorchText(_ build: Build) -> String {
    let wanted = build.libtorchVersion.isEmpty ? "libtorch" : "libtorch \(build.libtorchVersion)"
    let search = LibtorchSearch(environment: ProcessInfo.processInfo.environment, build: build)
    guard let directory = try? search.directory() else { return "built for \(wanted), found none" }
    return "built for \(wanted), found \(libtorchVersion(of: directory) ?? "an unknown version") in \(directory)"
  }
}
