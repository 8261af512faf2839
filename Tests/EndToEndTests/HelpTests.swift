import Files
import Foundation
import Launching
import Testing

/// The help pages, compared with those in Fixtures/Help so that every change of them is looked at.
///
/// `SHEAF_UPDATE_HELP=1 swift test --filter HelpTests` rewrites them.
@Suite struct HelpTests {
  private static let updates = ProcessInfo.processInfo.environment["SHEAF_UPDATE_HELP"] == "1"
  private let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/Help"

  private func help(_ command: [String]) throws -> String {
    let ending = try Running([builtProgram("sheaf")] + command + ["--help"], environment: ["COLUMNS": "100"]).wait()
    #expect(ending.code == 0 && ending.errors.isEmpty, "\(command): \(ending.errors)")
    return ending.output
  }

  @Test func everyPageIsAsItWasLookedAt() throws {
    let overview = try help([])
    let section = try #require(overview.components(separatedBy: "SUBCOMMANDS:\n").dropFirst().first)
    let commands = section.components(separatedBy: "\n\n")[0].split(separator: "\n").compactMap { line in
      line.hasPrefix("  ") && !line.hasPrefix("   ") ? String(line.split(separator: " ")[0]) : nil
    }
    #expect(commands.contains("tile") && commands.contains("infer"))
    for command in ["sheaf"] + commands {
      let page = command == "sheaf" ? overview : try help([command])
      let path = "\(fixtures)/\(command).txt"
      if Self.updates {
        try publish(page, to: path)
      } else {
        let expected = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        #expect(page == expected, "the help of \(command) has changed; if it should have, run with SHEAF_UPDATE_HELP=1")
      }
    }
    #expect(Set(try directoryEntries(fixtures)) == Set((["sheaf"] + commands).map { $0 + ".txt" }))
  }
}
