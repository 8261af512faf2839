import ArgumentParser

package struct ExportWeightsCommand: ParsableCommand, WritingCommand {
  package static let configuration = CommandConfiguration(
    commandName: "export-weights",
    abstract: "Write the weights of a network for PyTorch, nnU-Net and nnssl.",
    discussion: """
      The output ends in .pth, or in .safetensors. A .pth holds tensors and builtins only, so that \
      torch.load(weights_only=True) reads it, under all names of nnU-Net's ResidualEncoderUNet. nnU-Net takes it \
      as pretrained weights (nnUNetv2_train -pretrained_weights) and as a checkpoint of nnssl \
      (nnUNetv2_preprocess_like_nnssl); with --state-dict it is what load_state_dict takes.

      Examples:
        sheaf export-weights pretrained -o pretrained.pth
        sheaf export-weights model -o weights.pth --state-dict
      """)

  package init() {}

  @Argument(help: "The network: a run directory, safetensors, or a .pth whose network is known.")
  package var model: String

  @Argument(help: ArgumentHelp("The file to write, instead of --output.", valueName: "output"))
  package var lastArgument: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The .pth or .safetensors file to write.", valueName: "file"))
  package var output: String?

  @Flag(help: "Write the state dictionary alone, not a checkpoint.")
  package var stateDict = false

  @OptionGroup package var execution: ExecutionOptions

  @Flag(help: "Replace the file.")
  package var overwrite = false

  @OptionGroup package var reporting: ReportingOptions

  /// What is written, by the ending of the output.
  package enum Format: Sendable {
    case checkpoint, stateDictionary, safetensors
  }

  package func validate() throws {
    try checkedOutput()
    _ = try format
  }

  package var format: Format {
    get throws {
      let output = outputPath
      if output.hasSuffix(".pth") || output.hasSuffix(".pt") { return stateDict ? .stateDictionary : .checkpoint }
      guard output.hasSuffix(".safetensors") else {
        throw ValidationError("\(output) ends in neither .pth nor .safetensors; the ending decides what is written")
      }
      if stateDict {
        throw ValidationError("safetensors hold only names and tensors anyway; leave out --state-dict")
      }
      return .safetensors
    }
  }

  package func run() throws {
    try refuseOutput(over: [model], kind: .file)
    try Program.networkOperations.exportWeights(self)
  }
}
