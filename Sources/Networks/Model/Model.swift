import Files
import Foundation
import Torch

/// A trained network ready to predict, from Sheaf, PyTorch or TorchScript.
public final class Model: Sendable {
  /// Names of the files in a run directory.
  package static let weightsFileName = "model.safetensors"
  package static let descriptionFileName = "model.json"

  private enum Network: Sendable {
    case residualEncoderUNet(ResidualEncoderUNet)
    case script(ScriptModule)
  }

  /// The file it was loaded from.
  package let path: String
  package let description: ModelDescription
  package let device: Device
  private let network: Network

  private init(path: String, description: ModelDescription, device: Device, network: Network) {
    self.path = path
    self.description = description
    self.device = device
    self.network = network
  }

  /// A network in memory, such as one in training.
  package convenience init(_ network: ResidualEncoderUNet, _ description: ModelDescription) {
    self.init(
      path: "memory", description: description, device: network.device, network: .residualEncoderUNet(network))
  }

  /// Nil for a TorchScript module.
  package var residualEncoderUNet: ResidualEncoderUNet? {
    if case .residualEncoderUNet(let network) = network { network } else { nil }
  }

  /// Loads a run directory, a safetensors file, a `.pth` or a TorchScript module, identified by content.
  ///
  /// A TorchScript module needs no description: without one it is taken to return logits and to be trained on crops of
  /// 128³.
  ///
  /// - Throws: `Fault` of kind `noInput` when a file is missing, of kind `badData` when it is damaged or does not match its
  ///   description; `TorchError` when memory runs out or the device fails.
  package static func load(_ path: String, device: Device = .cpu) throws -> Model {
    let file = weightsFile(path)
    if try PyTorchFile.looksLikeArchive(file), try PyTorchFile.isScript(file) {
      return try loadScript(file, device: device)
    }
    let weights = try openWeights(file)
    let description = try readDescription(of: weights)
    guard let architecture = description.architecture else {
      throw Fault.badData("the description of \(file) has no architecture; add the stage lists of the network")
    }
    // Initial values are overwritten below.
    let network = try ResidualEncoderUNet(architecture, seed: 0, device: device)
    let report = try network.load(weights)
    guard report.isComplete else {
      throw Fault.badData(
        "\(file) does not match its description: \(report.summary); give the description it was written with")
    }
    return Model(path: file, description: description, device: device, network: .residualEncoderUNet(network))
  }

  /// The description of weights: the one that Sheaf wrote into the file, otherwise the JSON file of the same name beside
  /// it, otherwise what nnU-Net or nnssl wrote into the file.
  ///
  /// - Throws: `Fault` of kind `noInput` when there is none, of kind `badData` when it is malformed.
  package static func readDescription(of weights: any StoredWeights) throws -> ModelDescription {
    if let text = weights.describedBySheaf { return try ModelDescription(json: Data(text.utf8), from: weights.path) }
    let beside = descriptionPath(of: weights.path)
    if fileExists(beside) { return try ModelDescription(json: readWholeFile(beside, limit: 1 << 24), from: beside) }
    if var description = try weights.describedByOthers() {
      // nnU-Net and nnssl both pad with zeros.
      description.padding = .zero
      return description
    }
    throw Fault.noInput(
      "\(weights.path) does not say which network it is for: expected a description in \(beside); write one with crop and "
        + "architecture (the stage lists of nnU-Net's plans)")
  }

  /// The weights file of a run directory, or `path` itself.
  package static func weightsFile(_ path: String) -> String {
    isDirectory(path) ? joinPath(path, weightsFileName) : path
  }

  private static func loadScript(_ file: String, device: Device) throws -> Model {
    let beside = descriptionPath(of: file)
    let description =
      fileExists(beside)
      ? try ModelDescription(json: readWholeFile(beside, limit: 1 << 24), from: beside)
      : ModelDescription(task: .segmentation, architecture: nil, crop: [128, 128, 128])
    do {
      let script = try ScriptModule(path: file, device: device)
      return Model(path: file, description: description, device: device, network: .script(script))
    } catch let error as TorchError where error.kind == .file {
      throw Fault.badData("\(file) is not a TorchScript module: \(error.message)")
    }
  }

  /// The path with `.json` in place of its extension.
  private static func descriptionPath(of file: String) -> String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return file + ".json" }
    return file.dropLast(name.distance(from: dot, to: name.endIndex)) + ".json"
  }

  /// Writes `model.safetensors` and `model.json` into a run directory; each appears complete or not at all.
  package static func save(
    _ network: ResidualEncoderUNet, _ description: ModelDescription, inDirectory directory: String
  ) throws {
    try save(network, description, to: joinPath(directory, weightsFileName))
    try publish(description.json(), to: joinPath(directory, descriptionFileName))
  }

  /// Writes a safetensors file with its description in the metadata.
  static func save(_ network: ResidualEncoderUNet, _ description: ModelDescription, to path: String) throws {
    let text = String(decoding: try description.json(), as: UTF8.self)
    try network.save(to: path, metadata: [SafetensorsFile.descriptionKey: text])
  }

  /// Every edge of a tile must be a multiple of this, (z, y, x).
  package var tileMultiple: [Int] { description.architecture?.inputMultiple ?? [1, 1, 1] }

  /// The probability that each voxel of a tile is foreground.
  ///
  /// Several threads may predict at once. The result is a function of the tile alone while the thread count
  /// (`LibTorch.setThreads`) stays the same.
  ///
  /// - Parameter tile: normalised voxels (z, y, x) in C order.
  /// - Parameter extent: edges (z, y, x), multiples of `tileMultiple`.
  /// - Parameter precision: what to compute in; nil for what the network was trained in.
  /// - Returns: one probability a voxel, in C order.
  /// - Throws: `Fault` of kind `usage` for a pretrained network, of kind `badData` for an output of the wrong shape;
  ///   `TorchError` when memory runs out.
  package func predict(
    _ tile: UnsafeBufferPointer<Float>, extent: [Int], precision: Precision? = nil
  ) throws -> [Float] {
    guard description.task == .segmentation else {
      throw Fault.usage(
        "\(path) was trained to reconstruct masked voxels, not to segment; fine-tune it first (sheaf finetune --from)")
    }
    return try withoutGradients {
      let input = try Tensor.copying(tile, shape: [1, 1] + extent, device: device)
      let output = try withAutocast(precision ?? description.precision, on: device) {
        switch network {
        case .residualEncoderUNet(let network): try network.forward(input)
        case .script(let module): try run(module, input, extent: extent)
        }
      }
      return try foreground(output.to(.float32), extent: extent)
    }
  }

  /// Whether it is a TorchScript module, which does not tell what tiles it takes.
  var isScript: Bool { residualEncoderUNet == nil }

  /// - Throws: `Fault` of kind `badData` where the module's own code fails, which is nearly always about the tile's shape.
  private func run(_ module: ScriptModule, _ input: Tensor, extent: [Int]) throws -> Tensor {
    do {
      return try module.forward(input)
    } catch let error as TorchError where error.kind != .outOfMemory && error.kind != .device {
      throw Fault.badData(
        "\(path) fails on a tile of \(Model.text(extent)) voxels: \(error.cause); give --tile-size with edges that the "
          + "network was made for")
    }
  }

  static func text(_ extent: [Int]) -> String { extent.map(String.init).joined(separator: " × ") }

  private func foreground(_ output: Tensor, extent: [Int]) throws -> [Float] {
    let shape = output.shape
    guard shape.count == 5, shape[0] == 1, shape[1] >= 1, Array(shape[2...]) == extent else {
      throw Fault.badData(
        "\(path) returns an output of shape \(shape) for a tile of \(extent): expected (1, classes, z, y, x) of the same "
          + "size")
    }
    let probabilities =
      switch description.output {
      case .probabilities: output
      case .logits where shape[1] == 1: try output.sigmoid()
      case .logits: try output.softmax(axis: 1)
      }
    if shape[1] == 1 { return try probabilities.floats() }
    // Class 0 is background; everything else is foreground.
    return try probabilities.narrowed(1, 0..<1).scaled(by: -1, adding: 1).floats()
  }
}
