import ArgumentParser

/// Where a network runs.
package enum DeviceArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
  case auto, cpu, cuda
}

/// What a network computes in.
package enum PrecisionArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
  case fp32, bf16
}

/// The device, for every command that runs a network.
package struct DeviceOption: ParsableArguments {
  package init() {}

  @Option(
    help: ArgumentHelp(
      "Where the network runs; auto uses GPUs where there are any. Training needs one for each rank; inference shares "
        + "them evenly.",
      valueName: "device"))
  package var device = DeviceArgument.auto
}
