import Files
import Foundation
import Jobs
import MPI
import Networks
import Probing
import Torch
import Training
import TrainingFixtures

// What the tests of Training start under mpirun, since a test bundle cannot itself run on several ranks.
// usage: training-probe RUN STEPS BATCH
//   [drift RANK STEP | broken STEP INDEX | stop RANK STEP | kill RANK STEP | path staged - | path nccl LIBRARY]
// Ends as `sheaf` would.

let arguments = CommandLine.arguments
guard arguments.count >= 4, let steps = Int(arguments[2]), let batch = Int(arguments[3]) else {
  report("usage: training-probe RUN STEPS BATCH [EVENT A B]")
  exit(64)
}
let event = arguments.count == 7 ? arguments[4] : ""
let numbers = arguments.count == 7 ? arguments[5...].map { Int($0) ?? -1 } : [-1, -1]

func run() throws {
  let world = try Communicator.world()
  try LibTorch.setThreads(1)
  var recipe = tinyRecipe(steps: steps, batch: batch)
  // Several buckets, so that their order matters.
  recipe.training.bucketMegabytes = 0.2
  let network = try ResidualEncoderUNet(
    recipe.training.architecture(deepSupervision: false, classes: 1), seed: UInt64(world.rank))
  let task = PretrainingTask(
    network: network, recipe: recipe,
    crops: WaveCrops(crop: recipe.training.crop, brokenAt: event == "broken" ? (numbers[0], numbers[1]) : nil),
    trainedOn: ["waves"])
  let signals = StopSignals()
  let driftingTensor = task.parameters[0].tensor
  let isChosen = world.rank == numbers[0]
  var settings = TrainerSettings(stopSignals: signals)
  settings.stepDone = { step in
    guard isChosen && step == numbers[1] else { return }
    if event == "stop" { signals.requestStop("stopped by the probe") }
    if event == "kill" { raise(SIGKILL) }
    if event == "drift" { try! driftingTensor.scale(by: 1.001) }
  }
  if event == "path" { settings.gradientPath = arguments[5] == "nccl" ? .nccl(library: arguments[6]) : .staged }
  try createDirectory(arguments[1])
  let directory = RunDirectory(arguments[1])
  _ = try Trainer(
    task: task, recipe: recipe.training, directory: directory, settings: settings, communicator: world
  ).run()
  try world.rootOnly { try task.save(to: directory) }
}

runProbe(run)
