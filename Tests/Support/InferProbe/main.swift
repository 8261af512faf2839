import Architectures
import Files
import Foundation
import Inference
import Jobs
import MPI
import Networks
import Torch
import Voxels

// What the tests of memory start: `sheaf infer` with a network that has learned nothing, which finds objects in noise.
// Prints the most memory it had, in bytes; the plan goes to standard error.
// usage: infer-probe STORE OUTPUT TIER TILE THREADS fp32|bf16 MEMORY-IN-BYTES THRESHOLD
//        infer-probe components DIRECTORY   (how much memory a block of a million objects takes, and their number)

let arguments = CommandLine.arguments.dropFirst().map { $0 }
do {
  if arguments.count == 2, arguments[0] == "components" {
    let (bytes, objects) = try measureComponents(arguments[1])
    print("\(bytes) bytes, \(objects) objects")
    exit(0)
  }
  guard arguments.count == 8, let tier = Tier(rawValue: arguments[2]),
    let tile = Int(arguments[3]), let threads = Int(arguments[4]), let precision = Precision(rawValue: arguments[5]),
    let memory = Int(arguments[6]), let threshold = Float(arguments[7])
  else { throw Fault.usage("infer-probe STORE OUTPUT TIER TILE THREADS fp32|bf16 MEMORY-IN-BYTES THRESHOLD") }
  let architecture = ArchitectureDescription(tier, classes: 2, deepSupervision: false)
  let model = Model(
    try ResidualEncoderUNet(architecture, seed: 11),
    ModelDescription(task: .segmentation, architecture: architecture, crop: [tile, tile, tile]))
  var settings = InferenceSettings()
  settings.tile = Extent(tile)
  settings.overlap = 0.25
  settings.objects.threshold = threshold
  settings.keepsBackgroundTiles = true
  let objects = try infer(
    arguments[0], to: arguments[1], predictor: ModelPredictor(model, precision: precision), defaultTile: Extent(tile),
    settings: settings, objectsPath: nil, resolved: ResolvedSettings(command: "infer", programVersion: "probe"),
    communicator: .single(),
    jobSettings: JobSettings(memoryInBytes: memory, threads: threads, console: .standardError), memoryInBytes: memory
  ).result.objects
  print("\(peakMemoryInBytes()) bytes, \(objects) objects")
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit((error as? Fault)?.kind.rawValue ?? 70)
}
