import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Networks
import Recipes
import Scratch
import Testing
import Torch
import Training
import TrainingFixtures
import Voxels

@Suite(.serialized) struct TrainerTests {
  private func trainer(
    _ recipe: PretrainingRecipe, _ directory: ScratchDirectory, crops: WaveCrops? = nil,
    settings: TrainerSettings = TrainerSettings()
  ) throws -> (Trainer<PretrainingTask>, PretrainingTask) {
    try trainerOnWaves(recipe, directory.file("run"), crops: crops, settings: settings)
  }

  private func weights(_ task: PretrainingTask) throws -> [[Float]] {
    try task.parameters.map { try $0.tensor.floats() }
  }

  @Test func theLossFallsAndTheModelIsSaved() throws {
    let directory = try ScratchDirectory()
    let recipe = tinyRecipe(steps: 30)
    let (trainer, task) = try trainer(recipe, directory)
    let outcome = try trainer.run()
    #expect(outcome.steps == 30)
    let rows = try String(contentsOfFile: directory.file("run/metrics.csv"), encoding: .utf8)
      .split(separator: "\n").dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.map { Int($0[0]) } == Array(0..<30))
    let losses = rows.compactMap { Double($0[1]) }
    #expect(losses[25...].reduce(0, +) < 0.8 * losses[..<5].reduce(0, +), "\(losses)")
    try task.save(to: RunDirectory(directory.file("run")))
    let model = try SafetensorsFile(path: directory.file("run/\(Model.weightsFileName)"))
    #expect(try Model.readDescription(of: model).task == .reconstruction)
  }

  @Test(arguments: [("sgd", 0), ("adamw", 0.9)])
  func stoppedAndResumedGivesTheSameBitsAsNeverStopped(optimizer: String, ema: Double) throws {
    var recipe = tinyRecipe(steps: 8)
    recipe.training.optimizer = optimizer
    recipe.training.ema = ema
    let whole = try ScratchDirectory()
    let (first, straight) = try trainer(recipe, whole)
    _ = try first.run()

    let parts = try ScratchDirectory()
    let signals = StopSignals()
    var settings = TrainerSettings(stopSignals: signals)
    settings.stepDone = { if $0 == 4 { signals.requestStop("stopped by the test") } }
    let (second, _) = try trainer(recipe, parts, settings: settings)
    let fault = #expect(throws: Fault.self) { try second.run() }
    #expect(fault?.kind == .stopped)
    #expect(try directoryEntries(parts.file("run/checkpoint")).contains("step-4.checkpoint"))
    let (third, resumed) = try trainer(recipe, parts)
    _ = try third.run()
    #expect(try weights(straight) == weights(resumed))

    func curve(_ directory: ScratchDirectory) throws -> [[Substring]] {
      try String(contentsOfFile: directory.file("run/metrics.csv"), encoding: .utf8).split(separator: "\n")
        .map { Array($0.split(separator: ",")[0..<4]) }
    }
    #expect(try curve(whole) == curve(parts))
  }

  @Test func aDamagedCheckpointFallsBackAndStillEndsAtTheSameBits() throws {
    let whole = try ScratchDirectory()
    let (first, straight) = try trainer(tinyRecipe(steps: 7), whole)
    _ = try first.run()
    // Checkpoints after 3, 6 and 7 steps; the last two are kept.
    let path = whole.file("run/checkpoint/step-7.checkpoint")
    try publish(readWholeFile(path).dropLast(5), to: path)
    let notes = Notes()
    let (second, again) = try trainer(tinyRecipe(steps: 7), whole, settings: TrainerSettings(warn: notes.add))
    _ = try second.run()
    #expect(notes.texts.count == 1 && notes.texts[0].contains("step-7.checkpoint"))
    #expect(try weights(straight) == weights(again))
  }

  @Test func howSamplesGoThroughTogetherChangesOnlyRounding() throws {
    var curves: [[Double]] = []
    for perPass in [1, 2, 3] {
      let directory = try ScratchDirectory()
      var recipe = tinyRecipe(steps: 10, batch: 3)
      recipe.training.samplesPerPass = perPass
      let (trainer, _) = try trainer(recipe, directory)
      _ = try trainer.run()
      curves.append(
        try String(contentsOfFile: directory.file("run/metrics.csv"), encoding: .utf8).split(separator: "\n")
          .dropFirst().compactMap { Double($0.split(separator: ",")[1]) })
    }
    for curve in curves.dropFirst() {
      for (a, b) in zip(curves[0], curve) { #expect(abs(a - b) < 1e-4 * a) }
    }
  }

  @Test func aLossThatIsNotFiniteStopsNamingTheSampleAndKeepsTheCheckpoint() throws {
    let directory = try ScratchDirectory()
    let (trainer, _) = try trainer(tinyRecipe(steps: 8), directory, crops: WaveCrops(crop: 16, brokenAt: (5, 1)))
    let fault = #expect(throws: Fault.self) { try trainer.run() }
    #expect(fault?.kind == .badData)
    #expect(fault?.message.contains("wave 5.1") == true, "\(fault?.message ?? "")")
    #expect(try directoryEntries(directory.file("run/checkpoint")) == ["step-3.checkpoint"])
  }

  @Test func bfloat16LearnsToo() throws {
    let directory = try ScratchDirectory()
    var recipe = tinyRecipe(steps: 6)
    recipe.training.precision = "bf16"
    recipe.training.crop = 24
    let (trainer, _) = try trainer(recipe, directory, settings: TrainerSettings(precision: .bfloat16))
    #expect(try trainer.run().loss?.isFinite == true)
  }

  @Test func cropsOfThreeEdgesAreTrainedOnAndDrawn() throws {
    let directory = try ScratchDirectory()
    var recipe = tinyRecipe(steps: 2)
    recipe.training.crop = CropEdges(16, 24, 32)
    recipe.training.pictureInterval = 2
    let (trainer, task) = try trainer(recipe, directory)
    #expect(try trainer.run().loss?.isFinite == true)
    #expect(try readWholeFile(directory.file("run/pictures/step-0000002.png")).count > 100)
    try task.save(to: RunDirectory(directory.file("run")))
    #expect(try Model.load(directory.file("run")).description.crop == [16, 24, 32])
  }

  @Test(arguments: [CropEdges(16), CropEdges(16, 24, 16)])
  func finetuningLearnsABrightBallAndIgnoresWhatIsNotAnnotated(crop: CropEdges) throws {
    let directory = try ScratchDirectory()
    try createDirectory(directory.file("run"))
    try LibTorch.setThreads(1)
    let extent = Extent(24)
    func ball(_ centre: Coordinate, sparse: Bool) -> AnnotatedVolume {
      var classes = [UInt8](repeating: 0, count: extent.count)
      var voxels = [Float](repeating: 0, count: extent.count)
      for index in 0..<extent.count {
        let p = extent.position(of: index) - centre
        let isInside = p.z * p.z + p.y * p.y + p.x * p.x < 40
        voxels[index] = (isInside ? 2 : -0.5) + Float(index % 7) * 0.05
        classes[index] = isInside ? 1 : 0
        // Where nobody annotated, the labels must not matter.
        if sparse && index / (24 * 24) % 4 != 0 { classes[index] = 255 }
      }
      return AnnotatedVolume(
        pair: AnnotatedPair(
          name: "ball", imagePath: "ball.tif", labelPath: "l.tif"),
        image: VoxelBuffer(extent, voxels),
        normalisation: Normalisation(
          lowerClip: -9, upperClip: 9, mean: 0, deviation: 1, background: -0.5, saturation: nil),
        labels: AnnotatedLabels(extent: extent, classes: classes))
    }
    var recipe = FinetuningRecipe.standard(tier: "XS")!
    recipe.training.crop = crop
    recipe.training.batch = 2
    recipe.training.steps = 40
    recipe.training.warmUpFraction = 0.05
    recipe.training.checkpointInterval = 50
    recipe.training.pictureInterval = crop == 16 ? 0 : 40
    recipe.validationInterval = 20
    let network = try ResidualEncoderUNet(
      recipe.training.architecture(deepSupervision: true, classes: 2), seed: 0)
    let task = FinetuningTask(
      network: network, recipe: recipe, training: [ball(Coordinate(12, 12, 12), sparse: true)],
      validation: [ball(Coordinate(10, 14, 12), sparse: false)], communicator: .single())
    let trainer = try Trainer(
      task: task, recipe: recipe.training, directory: RunDirectory(directory.file("run")),
      settings: TrainerSettings(), communicator: .single())
    let outcome = try trainer.run()
    #expect((outcome.validation?.dice ?? 0) > 0.8, "\(outcome)")
    try task.save(to: RunDirectory(directory.file("run")))
    let saved = try Model.load(directory.file("run"))
    #expect(saved.description.task == .segmentation && saved.description.crop == crop.edges)
    let result = try ValidationResult(json: readWholeFile(directory.file("run/validation.json")))
    #expect(result.scores == outcome.validation)
  }
}

/// A trainer of one rank on waves, and its task.
///
/// - Parameter run: path of the run's directory, made when missing.
func trainerOnWaves(
  _ recipe: PretrainingRecipe, _ run: String, crops: WaveCrops? = nil, settings: TrainerSettings = TrainerSettings()
) throws -> (trainer: Trainer<PretrainingTask>, task: PretrainingTask) {
  try LibTorch.setThreads(1)
  try createDirectory(run)
  let network = try ResidualEncoderUNet(
    recipe.training.architecture(deepSupervision: false, classes: 1), seed: recipe.training.seed)
  let task = PretrainingTask(
    network: network, recipe: recipe, crops: crops ?? WaveCrops(crop: recipe.training.crop), trainedOn: ["waves"])
  let trainer = try Trainer(
    task: task, recipe: recipe.training, directory: RunDirectory(run), settings: settings, communicator: .single())
  return (trainer, task)
}

/// Warnings of a trainer.
final class Notes: @unchecked Sendable {
  private let lock = NSLock()
  private var list: [String] = []
  var texts: [String] { lock.withLock { list } }
  @Sendable func add(_ text: String) { lock.withLock { list.append(text) } }
}
