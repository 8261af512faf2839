import Files
import Foundation
import Launching
import Scratch
import Testing

/// Crops whose list says which store they were cut from are normalised as that volume.
@Suite(.serialized) struct CropSourceTests {
  private func list(_ directory: String, _ image: String, _ label: String, source: String) throws -> String {
    let path = directory + "/pairs-\(source.count)-\(image.count).yaml"
    try publish("- {image: \(image), label: \(label), source: \(source)}\n", to: path)
    return path
  }

  /// The weights after a few steps, and what the plan said.
  private func train(
    _ fixture: TrainingFixture, _ pairs: String, _ name: String
  ) throws -> (weights: Data, plan: String) {
    let run = fixture.directory + "/" + name
    let ending = try fixture.sheaf(
      ["finetune", pairs, "-o", run, "--from-scratch", "--steps", "3"] + TrainingFixture.small)
    return (try Data(contentsOf: URL(filePath: run + "/model.safetensors")), ending.errors)
  }

  @Test func cropsAreNormalisedAsTheirVolume() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      /// A crop of the store, annotated where it is bright.
      func cut(_ name: String, _ region: String) throws -> (image: String, label: String) {
        let (image, label) = ("\(name)-image.npy", "\(name)-label.npy")
        let export = ["export", fixture.store, "--region", region, "-o"]
        try fixture.sheaf(export + [directory + "/" + image])
        try fixture.sheaf(export + [directory + "/" + label, "--threshold", "450"])
        return (image, label)
      }
      // All of the volume has its statistics anyway.
      let whole = try cut("whole", "0:24,0:48,0:48")
      let named = try train(fixture, list(directory, whole.image, whole.label, source: "brain"), "whole-named")
      let stored = try train(fixture, list(directory, whole.image, whole.label, source: "organ.zarr"), "whole-stored")
      #expect(!named.plan.contains("normalised"))
      #expect(stored.plan.contains("1 image normalised as \(fixture.store)"))
      #expect(named.weights == stored.weights)
      // A part has not.
      let part = try cut("part", "0:24,8:32,8:32")
      let own = try train(fixture, list(directory, part.image, part.label, source: "brain"), "part-named")
      let volume = try train(fixture, list(directory, part.image, part.label, source: "organ.zarr"), "part-stored")
      #expect(own.weights != volume.weights)
      // A volume that is no store has no statistics, and that is said.
      let planes = try train(
        fixture, list(directory, part.image, part.label, source: "phantom/nuclei/planes"), "part-planes")
      #expect(planes.plan.contains("phantom/nuclei/planes but normalised by itself"))
      #expect(planes.weights == own.weights)

      func refused(_ pairs: String, _ code: Int32, _ words: String...) throws {
        let ending = try Running(
          launch(
            ranks: 0, builtProgram("sheaf"),
            ["finetune", pairs, "-o", directory + "/refused", "--from-scratch", "--steps", "3"] + TrainingFixture.small)
        ).wait()
        #expect(ending.code == code, "\(ending.errors)")
        for word in words { #expect(ending.errors.contains(word), "\(ending.errors)") }
      }
      // The mask is no volume that the image can be a crop of.
      try fixture.sheaf(["tile", directory + "/" + whole.label, directory + "/labels.zarr", "--chunk", "16"])
      try refused(
        list(directory, part.image, part.label, source: "labels.zarr"), 65, "part-image.npy holds values from",
        "labels.zarr, of which its list says it is a crop")
      try FileManager.default.removeItem(atPath: fixture.store + "/.sheaf/statistics")
      try refused(list(directory, part.image, part.label, source: "organ.zarr"), 66, "organ.zarr has no statistics")
    }
  }
}
