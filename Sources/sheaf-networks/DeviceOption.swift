import ArgumentParser
import Commands
import Files
import Torch

/// Where the network runs.
struct DeviceOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the network runs: auto, cpu or cuda.",
      discussion:
        "auto takes graphics cards where there are any. Training needs one for each rank; inference shares them evenly.",
      valueName: "device"))
  var device = "auto"

  func validate() throws {
    guard ["auto", "cpu", "cuda"].contains(device) else {
      throw ValidationError("--device must be auto, cpu or cuda, found \(device)")
    }
  }

  /// - Throws: `Fault.usage` when `--device cuda` was asked for and there is none.
  func chosen(_ context: RunContext) throws -> Device {
    if device == "cpu" { return .cpu }
    var cards = 0
    while Device("cuda:\(cards)").isAvailable { cards += 1 }
    if cards > 0 { return Device("cuda:\(context.localRank % cards)") }
    guard device == "auto" else {
      throw Fault.usage(
        "--device cuda was given, but libtorch \(LibTorch.loadedVersion) finds no graphics card; give --device cpu")
    }
    return .cpu
  }
}

extension Precision: ExpressibleByArgument {}
