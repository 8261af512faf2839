import Files
import Foundation
import Launching
import Scratch
import Testing

/// What a user may give to training by mistake: one sentence, the right exit code, and a run that can go on.
@Suite(.serialized) struct TrainingBadInputTests {
  /// Runs `sheaf`, expecting it to end with `code` and one sentence that contains `words`.
  private func expectFailure(
    _ code: Int32, _ words: String..., ranks: Int = 0, arguments: [String], location: SourceLocation = #_sourceLocation
  ) throws {
    let ending = try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait()
    #expect(ending.code == code, "\(ending.errors)", sourceLocation: location)
    let sentences = ending.errors.split(separator: "\n").filter { $0.hasPrefix("sheaf: ") || $0.hasPrefix("Error: ") }
    #expect(sentences.count == 1, "\(ending.errors)", sourceLocation: location)
    for word in words { #expect(sentences.joined().contains(word), "\(ending.errors)", sourceLocation: location) }
    #expect(ending.output.isEmpty, sourceLocation: location)
  }

  @Test func inputThatDoesNotFit() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let run = directory + "/run"
      let small = ["-o", run] + TrainingFixture.small
      let finetune = ["finetune", fixture.pairs, "--from-scratch"] + small
      try expectFailure(
        64, "crop of 48 × 48 × 48", "patches of 24",
        arguments: ["pretrain", fixture.corpus] + small + ["--crop", "48"])
      try expectFailure(65, "holds the label 1", "label map", arguments: finetune + ["--label-map", "0=0"])
      try expectFailure(64, "centreline-weight", "contiguous", arguments: finetune + ["--set", "centreline-weight=1"])
      try expectFailure(64, "optimizer", "sgd or adamw", arguments: finetune + ["--set", "optimizer=lion"])
      try expectFailure(64, "--pseudo", arguments: finetune + ["--pseudo", fixture.store])

      // Labels of an organ of another extent.
      let (image, label) = (fixture.pairs + "/images/nuclei_0.nii.gz", fixture.store)
      try publish("- {image: \(image), label: \(label)}\n", to: directory + "/pairs.yaml")
      try expectFailure(
        65, image, "24 × 24 × 24", label, "24 × 48 × 48",
        arguments: ["finetune", directory + "/pairs.yaml", "--from-scratch"] + small)

      // Weights of another tier, and weights of a network that does not segment.
      try fixture.sheaf(
        ["pretrain", fixture.corpus, "-o", directory + "/pretrained", "--steps", "1"] + TrainingFixture.small)
      let from = ["finetune", fixture.pairs, "--from", directory + "/pretrained", "-o", run, "--device", "cpu"]
      // Known before a voxel of the pairs is read.
      try expectFailure(
        65, "pretrained/model.safetensors", "tier XS (4 stages of 8, 16, 32, 64 channels)", "tier S",
        "of the same stages",
        arguments: from + ["--tier", "S", "--crop", "64", "--dry-run"])
      try expectFailure(64, "fine-tune it first", arguments: from + ["--pseudo", fixture.store])
      // Weights that saw other intensities: doubtful to start from, and useless to segment with, before any voxel is read.
      let other = directory + "/other.pth"
      try fixture.sheaf(["export-weights", directory + "/pretrained", other, "--state-dict"])
      let description = try String(contentsOfFile: directory + "/pretrained/model.json", encoding: .utf8)
      try publish(
        description.replacing("\"lowerPercentile\" : 0.5", with: "\"lowerPercentile\" : 2.5"),
        to: directory + "/other.json")
      let start = [
        "finetune", fixture.pairs, "--from", other, "-o", run, "--device", "cpu", "--crop", "16", "--dry-run",
      ]
      #expect(
        try fixture.sheaf(start).errors.contains("other.pth was trained on intensities clipped between percentiles 2.5")
      )
      try expectFailure(65, "other.pth was trained on intensities", "--strict", arguments: start + ["--strict"])
      try publish(
        String(contentsOfFile: directory + "/other.json", encoding: .utf8).replacing(
          "reconstruction", with: "segmentation"),
        to: directory + "/other.json")
      try expectFailure(
        64, "other.pth was trained on intensities", "2.5",
        arguments: [
          "infer", directory + "/phantom/nuclei/planes", "-o", run, "--model", other, "--device", "cpu", "--dry-run",
        ])
      #expect(!fileExists(run))
    }
  }

  /// More folds than there is to share out are refused whichever is asked for: the first of them would be trained in vain.
  @Test func foldsWithoutVolumes() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let run = directory + "/run"
      let finetune = ["--from-scratch", "-o", run, "--dry-run"] + TrainingFixture.small
      for fold in ["0", "3"] {
        try expectFailure(
          64, "--folds 4", "found 3 (nuclei_0, nuclei_1, nuclei_2)", "--folds 3 or fewer",
          arguments: ["finetune", fixture.pairs, "--folds", "4", "--fold", fold] + finetune)
      }
      let images = (0..<3).map { fixture.pairs + "/images/nuclei_\($0).nii.gz" }
      func list(_ rest: (Int) -> String) throws -> [String] {
        let lines = images.enumerated().map { number, image in
          "- {image: \(image), label: \(image.replacing("/images/", with: "/labels/"))\(rest(number))}\n"
        }
        try publish(lines.joined(), to: directory + "/pairs.yaml")
        return ["finetune", directory + "/pairs.yaml", "--folds", "2"] + finetune
      }
      // Three crops of one organ.
      try expectFailure(
        64, "found 1 (organ)", "which 3 volumes", "--hold-back-planes", arguments: list { _ in ", source: organ" })
      try expectFailure(65, "nuclei_1 is in fold 2", "0 to 1", arguments: list { $0 == 1 ? ", fold: 2" : "" })
      try expectFailure(64, "fold 1 of 2 has no volume", arguments: list { _ in ", fold: 0" })
    }
  }

  /// Structures on one side of a split, and pairs without foreground, are named, and refused where warnings are.
  @Test func annotationThatTeachesOrJudgesNothing() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let images = (0..<3).map { fixture.pairs + "/images/nuclei_\($0).nii.gz" }
      func finetune(_ rest: [String], labels: [String?], _ options: [String] = []) throws -> [String] {
        let lines = images.indices.map { number in
          "- {image: \(images[number]), label: \(labels[number] ?? images[number].replacing("/images/", with: "/labels/")), "
            + "\(rest[number])}\n"
        }
        try publish(lines.joined(), to: directory + "/pairs.yaml")
        return ["finetune", directory + "/pairs.yaml", "--from-scratch", "-o", directory + "/run", "--strict"]
          + TrainingFixture.small + options
      }
      let (nuclei, vessels, validation) = ("structure: nuclei", "structure: vessels", ", validation: true")
      let none: [String?] = [nil, nil, nil]
      try expectFailure(
        65, "all volumes of vessels are kept for validation",
        arguments: finetune([nuclei, nuclei + validation, vessels + validation], labels: none))
      try expectFailure(
        65, "no volume of vessels is kept for validation",
        arguments: finetune([nuclei, nuclei + validation, vessels], labels: none))
      let empty = (0..<3).map { directory + "/empty-\($0).npy" }
      let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (24, 24, 24)}"
      let padded = header + String(repeating: " ", count: 117 - header.utf8.count) + "\n"
      for path in empty {
        try publish(
          Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0]) + Data(padded.utf8) + Data(count: 24 * 24 * 24),
          to: path)
      }
      try expectFailure(
        65, "no training volume of vessels has a foreground voxel",
        arguments: finetune([nuclei, vessels, nuclei], labels: [nil, empty[1], nil]))
      try expectFailure(
        65, "no validation volume has a foreground voxel",
        arguments: finetune([nuclei, nuclei, nuclei + validation], labels: [nil, nil, empty[2]]))
      try expectFailure(
        65, "no training volume has a foreground voxel",
        arguments: finetune([nuclei, nuclei, nuclei], labels: empty))
      #expect(!fileExists(directory + "/run"))
    }
  }

  /// A learning rate beyond all measure: the run ends saying so, and its last checkpoint is one from before.
  @Test func trainingThatGoesAstray() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let run = directory + "/run"
      try expectFailure(
        65, "not finite", "last checkpoint is kept", "lower learning-rate",
        arguments: ["finetune", fixture.pairs, "--from-scratch", "-o", run, "--steps", "40"] + TrainingFixture.small
          + ["--set", "learning-rate=1e30", "--set", "clip-norm=1e30", "--set", "warm-up-fraction=0"])
      #expect(!fileExists(run + "/model.safetensors"))
    }
  }

  @Test func aTruncatedCheckpointFallsBackToTheOneBefore() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let run = directory + "/run"
      let command = ["finetune", fixture.pairs, "--from-scratch", "-o", run, "--steps", "4"] + TrainingFixture.small
      try fixture.sheaf(command)
      let model = try readWholeFile(run + "/model.safetensors")
      // As a run that was killed before it could say that it was finished, on a disk that lost the end of a file.
      let record = try String(contentsOfFile: run + "/run.json", encoding: .utf8)
      try publish(
        record.replacing("\"isFinished\" : true", with: "\"isFinished\" : false")
          .replacing(/"checksum" : "0x[0-9a-f]{8}",\s*/, with: ""), to: run + "/run.json")
      try FileManager.default.removeItem(atPath: run + "/.sheaf/contents.json")
      let checkpoint = run + "/checkpoint/step-4.checkpoint"
      try publish(readWholeFile(checkpoint).dropLast(100), to: checkpoint)
      try publish("", to: run + "/model.safetensors")
      let ending = try fixture.sheaf(command)
      #expect(ending.errors.contains("step-4.checkpoint is truncated"), "\(ending.errors)")
      #expect(ending.errors.contains("falling back to the checkpoint before it"))
      #expect(try readWholeFile(run + "/model.safetensors") == model)
      try expectFailure(73, "was begun with other settings", arguments: command + ["--set", "optimizer=sgd"])
    }
  }
}
