import Architectures
import Files
import Inference
import Jobs
import Networks
import Scratch
import Testing
import Torch

/// What a network computes in where nobody says.
@Suite struct PrecisionTests {
  private func load(_ scratch: ScratchDirectory, _ precisions: [Precision]) throws -> [Model] {
    let architecture = ArchitectureDescription(features: [2, 3], blocks: [1, 1], classes: 2, deepSupervision: false)
    return try precisions.enumerated().map { number, precision in
      let directory = scratch.file("model\(number)")
      try createDirectory(directory)
      try Model.save(
        ResidualEncoderUNet(architecture, seed: 1),
        ModelDescription(task: .segmentation, architecture: architecture, crop: [8, 8, 8], precision: precision),
        inDirectory: directory)
      return try Model.load(directory)
    }
  }

  @Test func itIsSinglePrecisionOnCPUs() throws {
    let scratch = try ScratchDirectory()
    let models = try load(scratch, [.bfloat16, .float32])
    var predictor = try ModelPredictor(models)
    #expect(predictor.precisions == [.float32, .float32] && predictor.precisionText == "fp32")
    #expect(predictor.planLines.contains { $0.hasPrefix("computes in fp32, though trained in bf16 fp32") })
    #expect(ModelPredictor(inTraining: models[0]).precisions == [.float32])
    let asked = try ModelPredictor(models, precision: .bfloat16)
    #expect(asked.precisionText == "bf16")
    #expect(try ModelPredictor([models[1]]).planLines.contains("computes in fp32"))
    // What an earlier version has begun.
    predictor.resume(in: "fp32")
    #expect(predictor.precisionText == "fp32")
    predictor.resume(in: "bf16 fp32")
    #expect(predictor.precisions == [.bfloat16, .float32])
  }

  @Test func anOutputTellsWhatItWasBegunIn() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("out.zarr")
    func begin(_ place: String, _ precision: String) throws {
      try createDirectory(place)
      _ = try Job(
        plan: JobPlan(command: "infer", unitCount: 2), directory: place + "/.sheaf",
        identity: OutputIdentity("command: infer\nprecision: \(precision)\ndevice: cpu"), communicator: .single(),
        settings: JobSettings(threads: 1))
    }
    func recorded(overwrite: Bool = false) -> String? {
      OutputPlace.recordedSetting("precision", of: path, overwrite: overwrite)
    }
    #expect(recorded() == nil && recorded(overwrite: true) == nil)
    try begin(path, "bf16")
    #expect(recorded() == "bf16")
    // What is there will be replaced.
    #expect(recorded(overwrite: true) == nil)
    try begin(OutputPlace.workPath(of: path), "fp32")
    #expect(recorded(overwrite: true) == "fp32")
  }
}
