import Files
import Foundation
import Launching
import Scratch
import Testing
import Voxels
import Zarr

/// A round of pseudo-labels as a user types it.
@Suite(.serialized) struct PseudoLabelTests {
  @Test func aRoundOfPseudoLabelsIsTheSameOnAnyRanksAndAfterAKill() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let first = directory + "/first"
      try fixture.sheaf(
        ["finetune", fixture.pairs, "--from-scratch", "-o", first, "--steps", "60"] + TrainingFixture.small, ranks: 2)
      func command(_ run: String) -> [String] {
        ["finetune", fixture.pairs, "--from", first, "--pseudo", fixture.store, "-o", run, "--steps", "6"]
          + TrainingFixture.small + ["--set", "pseudo-confidence=0.6"]
      }
      let whole = directory + "/whole"
      let ending = try fixture.sheaf(command(whole), ranks: 1)
      #expect(ending.errors.contains("of the voxels are pseudo-labelled"), "\(ending.errors)")
      let probabilities = try Store.open(whole + "/pseudo/0-organ.zarr")
      #expect(probabilities.extent == Extent(24, 48, 48) && probabilities.isFinished)
      let model = try readWholeFile(whole + "/model.safetensors")
      let plain = directory + "/plain"
      try fixture.sheaf(
        ["finetune", fixture.pairs, "--from", first, "--transfer", "all", "-o", plain, "--steps", "6"]
          + TrainingFixture.small)
      #expect(try readWholeFile(plain + "/model.safetensors") != model)

      // A store is more than the few crops that few steps suit.
      let round = ["finetune", fixture.pairs, "--from", first, "--pseudo", fixture.store, "--dry-run"]
      let planned = try fixture.sheaf(round + ["-o", directory + "/planned"] + TrainingFixture.small)
      #expect(planned.errors.contains("sheaf finetune: 480 steps"), "\(planned.errors)")

      let parts = directory + "/parts"
      let (killed, wasStopped) = try Running(launch(ranks: 1, builtProgram("sheaf"), command(parts))).stop(
        with: SIGKILL
      ) {
        fileExists(parts + "/pseudo/0-organ.zarr")
      }
      #expect(wasStopped, "\(killed.errors)")
      #expect(waitForOrphans(naming: parts))
      try fixture.sheaf(command(parts), ranks: 1)
      #expect(try readWholeFile(parts + "/model.safetensors") == model)
      let several = directory + "/several"
      try fixture.sheaf(command(several), ranks: 3)
      #expect(
        try contents(ofDirectory: several + "/pseudo/0-organ.zarr")
          == contents(ofDirectory: whole + "/pseudo/0-organ.zarr"))
    }
  }
}
