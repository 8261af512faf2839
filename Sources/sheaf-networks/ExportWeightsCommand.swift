import ArgumentParser
import Commands
import Files
import Jobs
import Networks

struct ExportWeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export-weights",
    abstract: "Write the weights of a network for PyTorch, nnU-Net and nnssl.",
    discussion: """
      OUTPUT ends in .pth, or in .safetensors. A .pth holds tensors and builtins alone, so that \
      torch.load(weights_only=True) reads it, under all names of nnU-Net's ResidualEncoderUNet. nnU-Net takes it \
      as pretrained weights (nnUNetv2_train -pretrained_weights) and as a checkpoint of nnssl \
      (nnUNetv2_preprocess_like_nnssl); with --state-dict it is what load_state_dict takes.

      Example:
        sheaf export-weights pretrained pretrained.pth
        sheaf export-weights model weights.pth --state-dict
      """)

  @Argument(help: "The network: a run directory, safetensors, or a .pth whose network is known.")
  var model: String

  @Argument(help: ArgumentHelp("The .pth or .safetensors to write.", valueName: "output"))
  var output: String

  @Flag(help: "Write the names and tensors alone, not in a checkpoint.")
  var stateDict = false

  @OptionGroup var execution: ExecutionOptions

  func run() throws {
    let context = try RunContext.start(execution)
    try context.communicator.rootOnly {
      let export = try chosenExport()
      if fileExists(output) && (isDirectory(output) || !execution.overwrite) {
        throw Fault.cannotCreate("\(output) exists; give another name, or --overwrite to replace a file")
      }
      let model = try Model.load(model)
      let parameters = model.residualEncoderUNet?.parameters ?? []
      let count = parameters.reduce(0) { $0 + $1.tensor.count }
      context.note(
        "export-weights \(model.path): \(parameters.count) tensors of \(count) parameters, \(ByteSize(bytes: count * 4)), "
          + "to \(output)")
      if execution.dryRun { return }
      try removePartialFiles(of: output)
      try export.write(model, to: output)
      context.printResult("\(output): \(parameters.count) tensors, \(count) parameters")
    }
  }

  private func chosenExport() throws -> WeightExport {
    if output.hasSuffix(".pth") || output.hasSuffix(".pt") { return stateDict ? .stateDictionary : .checkpoint }
    guard output.hasSuffix(".safetensors") else {
      throw Fault.usage("\(output) ends in neither .pth nor .safetensors; the ending tells what is written")
    }
    if stateDict { throw Fault.usage("safetensors hold names and tensors alone as it is; leave out --state-dict") }
    return .safetensors
  }
}
