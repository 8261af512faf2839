import Files
import Foundation
import Networks
import Scratch
import Testing

/// Which networks a path given to `--model` names.
@Suite struct ModelFilesTests {
  private func makeRun(_ path: String, fold: Int? = nil, settings: String = "a: 1", isFinished: Bool = true) throws {
    try createDirectory(path)
    let identity = "command: finetune\n\(settings)" + (fold.map { "\nfold: \($0)\nfolds: 12" } ?? "")
    let record = JSONValue.object(["command": "finetune", "identity": .string(identity)])
    try publish(record.serialised(), to: joinPath(path, "run.json"))
    if isFinished { try publish(Data(), to: joinPath(path, "model.safetensors")) }
  }

  @Test func aFileAndARunAreOneNetwork() throws {
    let scratch = try ScratchDirectory()
    #expect(try modelFiles(at: scratch.file("weights.pth")) == [scratch.file("weights.pth")])
    try makeRun(scratch.file("run"))
    #expect(try modelFiles(at: scratch.file("run")) == [scratch.file("run/model.safetensors")])
    try makeRun(scratch.file("folds/only"), fold: 3)
    #expect(try modelFiles(at: scratch.file("folds")) == [scratch.file("folds/only/model.safetensors")])
  }

  /// In the order of the folds, whatever the names.
  @Test func aDirectoryOfFoldsIsAllOfThem() throws {
    let scratch = try ScratchDirectory()
    let names = ["z", "fold10", "b", "fold9"]
    for (name, fold) in zip(names, [0, 10, 2, 9]) { try makeRun(scratch.file("folds/\(name)"), fold: fold) }
    try createDirectory(scratch.file("folds/.hidden"))
    try createDirectory(scratch.file("folds/pictures"))
    #expect(
      try modelFiles(at: scratch.file("folds"))
        == ["z", "b", "fold9", "fold10"].map { scratch.file("folds/\($0)/model.safetensors") })
    // Weights alone, by the numbers in their names.
    for name in ["fold-0", "fold-11", "fold-2"] {
      try createDirectory(scratch.file("bare/\(name)"))
      try publish(Data(), to: scratch.file("bare/\(name)/model.safetensors"))
    }
    #expect(
      try modelFiles(at: scratch.file("bare"))
        == ["fold-0", "fold-2", "fold-11"].map { scratch.file("bare/\($0)/model.safetensors") })
  }

  @Test func whatIsNotTheFoldsOfOneTrainingIsRefused() throws {
    let scratch = try ScratchDirectory()
    try makeRun(scratch.file("other/0"), fold: 0)
    try makeRun(scratch.file("other/1"), fold: 1, settings: "a: 2")
    expectFault(["other holds 2 runs that are not the folds of one training"]) {
      _ = try modelFiles(at: scratch.file("other"))
    }
    try makeRun(scratch.file("twice/0"), fold: 0)
    try makeRun(scratch.file("twice/1"), fold: 0)
    expectFault(["not the folds of one training"]) { _ = try modelFiles(at: scratch.file("twice")) }
    try makeRun(scratch.file("unfinished/0"), fold: 0)
    try makeRun(scratch.file("unfinished/1"), fold: 1, isFinished: false)
    expectFault(["unfinished/1 is not finished"]) { _ = try modelFiles(at: scratch.file("unfinished")) }
    try createDirectory(scratch.file("empty/sub"))
    let missing = fault { _ = try modelFiles(at: scratch.file("empty")) }
    #expect(missing?.kind == .noInput && missing?.message.contains("found sub") == true, "\(missing?.message ?? "")")
  }
}
