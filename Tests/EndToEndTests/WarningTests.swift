import Files
import Foundation
import Launching
import Scratch
import Testing

/// Warnings from the command line to the store and back, at one rank and at two.
@Suite(.serialized) struct WarningTests {
  private func sheaf(ranks: Int = 0, _ arguments: String...) throws -> Ending {
    try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait(timeLimit: 120)
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// Planes with a gap in their numbers and without a voxel size.
  private func doubtfulPlanes(in directory: String) throws -> String {
    let (organ, planes) = (directory + "/organ", directory + "/planes")
    #expect(try sheaf("phantom", organ, "--extent", "12,24,24", "--structures", "nuclei").code == 0)
    #expect(try sheaf("export", organ + "/nuclei/planes", planes + "/").code == 0)
    let names = try directoryEntries(planes).sorted()
    try FileManager.default.removeItem(atPath: planes + "/" + names[5])
    return planes
  }

  @Test(arguments: [0, 2]) func theyAreRepeatedKeptAndShown(ranks: Int) throws {
    try withTemporaryDirectory { directory in
      let (planes, store) = (try doubtfulPlanes(in: directory), directory + "/store.zarr")
      let tiled = try sheaf(ranks: ranks, "tile", planes, store, "--json")
      #expect(tiled.code == 0, "\(tiled.errors)")
      let warnings = try #require(try json(tiled.output)["warnings"] as? [String])
      #expect(warnings.contains { $0.contains("gaps") })
      for warning in warnings {
        #expect(tiled.errors.components(separatedBy: warning).count == 3, "once and once more: \(tiled.errors)")
      }
      #expect(tiled.errors.contains("\(warnings.count) warning"))
      let quiet = try sheaf(ranks: ranks, "tile", planes, directory + "/quiet.zarr", "--quiet")
      for warning in warnings { #expect(quiet.errors.components(separatedBy: warning).count == 2, "\(quiet.errors)") }
      let info = try sheaf("info", store)
      #expect(info.output.contains("warning: \(planes): the plane numbers have gaps"), "\(info.output)")
      let kept = try #require(try json(sheaf("info", store, "--json").output)["warnings"] as? [String])
      #expect(kept.contains { $0.contains("gaps") })
      #expect(try sheaf("info", store, "--strict").code == 65)
    }
  }

  @Test(arguments: [0, 2]) func strictRefusesBeforeAnythingIsWritten(ranks: Int) throws {
    try withTemporaryDirectory { directory in
      let planes = try doubtfulPlanes(in: directory)
      for command in [
        ["tile", planes, directory + "/out.zarr"], ["export", planes, directory + "/out.nii"],
        ["picture", planes, directory + "/out.png"],
        ["evaluate", planes, planes, "--prediction-is", "instances", "--reference-is", "instances"],
      ] {
        let ending = try Running(launch(ranks: ranks, builtProgram("sheaf"), command + ["--strict"])).wait()
        #expect(ending.code == 65 && ending.errors.contains("sheaf: --strict makes"), "\(command): \(ending.errors)")
        #expect(ending.output.isEmpty)
      }
      #expect(try directoryEntries(directory).filter { $0.hasPrefix("out") }.isEmpty)
      let organ = directory + "/organ/nuclei/planes"
      let clean = try sheaf(
        ranks: ranks, "tile", organ, directory + "/clean.zarr", "--strict", "--json", "--voxel-size", "4,2,2")
      #expect(clean.code == 0 && !clean.errors.contains("warning:\n"), "\(clean.errors)")
      #expect(try json(clean.output)["warnings"] as? [String] == [])
    }
  }
}
