import Foundation
import Testing

extension Trait where Self == Requirement {
  /// The test works on a page with a headless Chromium: skipped where there is none.
  package static var needsBrowser: Self {
    Requirement(canBeInstalled: false) {
      let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      let isThere = directories.contains { directory in
        ["chromium", "chromium-browser", "google-chrome"].contains {
          FileManager.default.isExecutableFile(atPath: "\(directory)/\($0)")
        }
      }
      return isThere ? nil : .init(reason: "no Chromium; install one, on Debian with: apt-get install chromium")
    }
  }
}
