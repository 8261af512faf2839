import Files
import Foundation
import Launching
import Scratch
import Testing
import Zarr

/// What a network knows of voxel sizes, from training to `sheaf infer`.
@Suite struct VoxelSizeCommandTests {
  private func median(_ run: String) throws -> [Double] {
    let json = try JSONValue(parsing: readWholeFile("\(run)/model.json"), path: run)
    return json["voxelSizeInMicrometres"]?["median"]?.asArray?.compactMap(\.asNumber) ?? []
  }

  @Test func aNetworkKnowsItsVoxelSizeAndOthersAreResampled() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let fixture = try TrainingFixture(in: directory)
      // Of a corpus, the stores' (z, y, x).
      try fixture.sheaf(
        ["pretrain", fixture.corpus, "-o", "\(directory)/pretrained", "--steps", "2"] + TrainingFixture.small)
      #expect(try median("\(directory)/pretrained") == [4, 2, 2])
      // Of annotated pairs, the images'; phantoms are written with 2 µm, in NIfTI's single precision.
      let model = "\(directory)/run"
      try fixture.sheaf(
        ["finetune", fixture.pairs, "-o", model, "--from", "\(directory)/pretrained", "--steps", "2"]
          + TrainingFixture.small)
      let known = try median(model)
      #expect(known.count == 3 && known.allSatisfy { abs($0 - 2) < 1e-6 })
      func infer(_ output: String, ranks: Int = 0, _ further: [String] = []) throws -> Ending {
        try Running(
          launch(
            ranks: ranks, builtProgram("sheaf"),
            [
              "infer", fixture.store, "\(directory)/\(output).zarr", "--model", model, "--threads", "1", "--device",
              "cpu",
            ] + further)
        ).wait()
      }
      // The store's voxels are 4 × 2 × 2: twice as many planes for the network, and back.
      let ending = try infer("alone")
      #expect(
        ending.code == 0 && ending.errors.contains("resampled for the network, to 48 × 48 × 48"), "\(ending.errors)")
      let output = try Store.open("\(directory)/alone.zarr")
      let input = try Store.open(fixture.store)
      #expect(output.extent == input.extent && output.voxelSizeInMicrometres == input.voxelSizeInMicrometres)
      #expect(try infer("ranks", ranks: 2, ["--memory", "600MiB"]).code == 0)
      for array in ["0", "labels/nuclei/0"] {
        #expect(
          try contents(ofDirectory: "\(directory)/alone.zarr/\(array)")
            == contents(ofDirectory: "\(directory)/ranks.zarr/\(array)"))
      }
      let refused = try infer("refused", ["--no-resample"])
      #expect(refused.code == 65 && refused.errors.contains("--no-resample forbids"), "\(refused.errors)")
      #expect(!fileExists("\(directory)/refused.zarr"))
    }
  }
}
