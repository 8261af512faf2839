import Foundation
import Testing

/// Real microscopy volumes, which are not part of the repository.
///
/// They are looked for in `SHEAF_DATA`, else in `../shared/data` beside the working directory.
package enum RealData {
  package static let root =
    ProcessInfo.processInfo.environment["SHEAF_DATA"] ?? FileManager.default.currentDirectoryPath + "/../shared/data"

  /// The path of the file or directory `name`; a test that asks for it has the trait `.needsRealData(name)`.
  package static func path(_ name: String) -> String { root + "/" + name }
}

extension Trait where Self == Requirement {
  /// The test is skipped unless all files or directories of these names are among the real data.
  package static func needsRealData(_ names: String...) -> Self {
    Requirement(canBeInstalled: false) {
      guard let name = names.first(where: { !FileManager.default.fileExists(atPath: RealData.path($0)) }) else {
        return nil
      }
      return .init(reason: "no real data at \(RealData.path(name)); set SHEAF_DATA to the directory that holds \(name)")
    }
  }
}
