import Files
import Foundation
import Synchronization
import Torch

/// A trained network ready to predict, from Sheaf, PyTorch or TorchScript.
public final class Model: Sendable {
  /// Names of the files in a run directory.
  package static let weightsFileName = "model.safetensors"
  package static let descriptionFileName = "model.json"

  enum Network: Sendable {
    case residualEncoderUNet(ResidualEncoderUNet)
    case script(ScriptModule)
  }

  /// The file it was loaded from.
  package let path: String
  package let description: ModelDescription
  package let device: Device
  /// The file beside the weights that describes the network; nil where they describe it themselves or nothing does.
  package let descriptionPath: String?
  let network: Network
  /// Channels of the output; nil for a module that has not told.
  package let channelCount: Int?
  /// Held by the thread that computes a tile again in fp32.
  let computingAgain = Mutex(())

  private init(
    path: String, description: ModelDescription, device: Device, network: Network, descriptionPath: String? = nil,
    channelCount: Int? = nil
  ) {
    self.path = path
    self.description = description
    self.device = device
    self.network = network
    self.descriptionPath = descriptionPath
    self.channelCount = channelCount ?? description.architecture?.classes
  }

  /// Every file that decides what the network does.
  package var files: [String] {
    if let descriptionPath { return [path, descriptionPath] }
    return [path] + (path == Model.inMemory ? [] : NNUNetSource.documents(beside: path))
  }

  /// As the subject of a sentence.
  var name: String { path == Model.inMemory ? "the network in training" : "the network \(path)" }

  private static let inMemory = "memory"

  /// A network in memory, such as one in training.
  package convenience init(_ network: ResidualEncoderUNet, _ description: ModelDescription) {
    self.init(
      path: Model.inMemory, description: description, device: network.device, network: .residualEncoderUNet(network))
  }

  /// What it computes in where nothing else is asked for: what it was trained in, but fp32 on CPUs.
  ///
  /// In fp32, convolutions take a quarter of the products there (`FewerProducts.cpp`), so that it is as fast as bf16 on
  /// AMD's processors, which have instructions for that, and much faster where they are missing; and more accurate. bf16
  /// might win on processors with AMX, but the bytes of an output must not depend on the kind of processor, which differs
  /// between the nodes of a cluster and between a run and the one that resumes it.
  package var usualPrecision: Precision { device.isCPU ? .float32 : description.precision }

  /// Nil for a TorchScript module.
  package var residualEncoderUNet: ResidualEncoderUNet? {
    if case .residualEncoderUNet(let network) = network { network } else { nil }
  }

  /// Loads a run directory, a safetensors file, a `.pth` or a TorchScript module, identified by content.
  ///
  /// A TorchScript module needs no description: without one it is taken to be trained on crops of 128³, and what it makes of
  /// noise tells whether it returns logits or probabilities.
  ///
  /// - Parameter segmenting: whether it is to segment volumes of one channel, and anything else is refused.
  /// - Throws: `Fault` of kind `noInput` when a file is missing, of kind `badData` when it is damaged, does not match its
  ///   description or holds values that are not finite, of kind `usage` for a pretrained network that is to segment;
  ///   `TorchError` when memory runs out or the device fails.
  package static func load(_ path: String, device: Device = .cpu, segmenting: Bool = false) throws -> Model {
    let file = weightsFile(path)
    if try isScript(file) {
      return try loadScript(file, device: device)
    }
    let weights = try openWeights(file)
    let description = try readDescription(of: weights)
    if segmenting && description.task != .segmentation { throw pretrainingFault(file) }
    guard let architecture = description.architecture else {
      throw Fault.badData("the description of \(file) has no architecture; add the stage lists of the network")
    }
    guard !segmenting || architecture.inputChannels == 1 else {
      throw Fault.badData(
        "\(file) is a network for images of \(architecture.inputChannels) channels, but volumes are segmented one channel "
          + "at a time; give a network that was trained on one channel")
    }
    let network = try ResidualEncoderUNet(architecture, seed: nil, device: device)
    let report = try network.load(weights)
    if let misfit = report.misfit(
      of: file, with: "its description", remedy: "give the weights and the description that belong together")
    {
      throw misfit
    }
    return Model(
      path: file, description: description, device: device, network: .residualEncoderUNet(network),
      descriptionPath: weights.describedBySheaf == nil ? existingDescription(of: file) : nil)
  }

  /// The description of weights: the one that Sheaf wrote into the file, otherwise the JSON file of the same name beside
  /// it, otherwise what nnU-Net or nnssl wrote into the file.
  ///
  /// - Throws: `Fault` of kind `noInput` when there is none, of kind `badData` when it is malformed.
  package static func readDescription(of weights: any StoredWeights) throws -> ModelDescription {
    if let text = weights.describedBySheaf { return try ModelDescription(json: Data(text.utf8), from: weights.path) }
    let beside = descriptionPath(of: weights.path)
    if fileExists(beside) {
      let json = try readWholeFile(beside, limit: 1 << 24)
      var description = try ModelDescription(handwritten: json, from: beside)
      // The stage lists alone do not make a segmentation network of a pretrained one.
      if !ModelDescription.statesTask(json), let own = try? weights.describedByOthers() { description.task = own.task }
      return description
    }
    if var description = try weights.describedByOthers() {
      // nnU-Net and nnssl both pad with zeros.
      description.padding = .zero
      return description
    }
    throw Fault.noInput(
      "\(weights.path) does not say which network it is for: expected a description in \(beside); write one with crop and "
        + "architecture (the stage lists of nnU-Net's plans)")
  }

  /// The weights file of a directory that holds one network, or `path` itself.
  package static func weightsFile(_ path: String) -> String {
    guard isDirectory(path) else { return path }
    if let files = try? modelFiles(at: path), files.count == 1 { return files[0] }
    return joinPath(path, weightsFileName)
  }

  /// Whether a file is a TorchScript module.
  package static func isScript(_ path: String) throws -> Bool {
    try PyTorchFile.looksLikeArchive(path) && PyTorchFile.isScript(path)
  }

  private static func loadScript(_ file: String, device: Device) throws -> Model {
    let beside = existingDescription(of: file)
    var description =
      try beside.map { try ModelDescription(handwritten: readWholeFile($0, limit: 1 << 24), from: $0) }
      ?? ModelDescription(task: .segmentation, architecture: nil, crop: [128, 128, 128])
    do {
      let script = try ScriptModule(path: file, device: device)
      let (count, first) = try script.parametersNotFinite()
      guard count == 0 else {
        throw Fault.badData(
          "\(file) holds weights that are not finite: \(count) of its parameters \(count == 1 ? "has" : "have") infinite "
            + "values or NaN (first: \(first)); give weights from before the training diverged")
      }
      let model = Model(
        path: file, description: description, device: device, network: .script(script), descriptionPath: beside)
      guard let output = ScriptOutput(of: model) else { return model }
      if beside == nil && output.isBounded {
        description.output = output.seemsProbabilities ? .probabilities : .logits
        description.doubts.append(
          "\(file) does not say what it returns: its values are from 0 to 1"
            + (output.channelCount == 1
              ? ""
              : ", and its \(output.channelCount) channels \(output.seemsProbabilities ? "" : "do not ")add up to 1")
            + "; they are taken for \(description.output.rawValue). Say what they are in \(descriptionPath(of: file)): "
            + "{\"crop\": [128, 128, 128], \"output\": \"logits\"}, or \"probabilities\"")
      }
      return Model(
        path: file, description: description, device: device, network: .script(script), descriptionPath: beside,
        channelCount: output.channelCount)
    } catch let error as TorchError where error.kind == .file {
      throw Fault.badData("\(file) is not a TorchScript module: \(error.message)")
    }
  }

  private static func existingDescription(of file: String) -> String? {
    let path = descriptionPath(of: file)
    return fileExists(path) ? path : nil
  }

  /// The path with `.json` in place of its extension.
  static func descriptionPath(of file: String) -> String {
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

  /// Whether it is a TorchScript module, which does not tell what tiles it takes.
  package var isScript: Bool { residualEncoderUNet == nil }
}
