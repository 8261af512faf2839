import Architectures
import Files

/// What nnU-Net says about a checkpoint: the plans, the configuration it was trained in, and the dataset.
///
/// As in nnU-Net's own predictor, `plans.json` and `dataset.json` of the results folder count, which is the directory of the
/// checkpoint or the one above it; those in the checkpoint (`init_args`) where there are none.
struct NNUNetSource {
  let configuration: NNUNetConfiguration
  /// Nil where neither folder nor checkpoint has one.
  let dataset: NNUNetDataset?
  private let trainer: String?
  private let mirrorAxes: [Int]?

  static let plansName = "plans.json"

  /// - Returns: nil for a checkpoint of another program.
  /// - Throws: `Fault` of kind `badData` for plans that cannot be read, or that ask for what Sheaf does not do.
  init?(of file: PyTorchFile) throws {
    let root = file.pickle.view
    let arguments = root["init_args"]
    let folder = Self.folder(of: file.path)
    func document(_ name: String, _ key: String) throws -> (json: JSONValue, source: String)? {
      if let path = folder.map({ joinPath($0, name) }), fileExists(path) {
        return (try JSONValue(parsing: readWholeFile(path, limit: 1 << 26), path: path), path)
      }
      guard let inside = arguments?[key], inside.entries != nil else { return nil }
      return (inside.json(), "\(key) of init_args in \(file.path)")
    }
    guard let plans = try document(Self.plansName, "plans"),
      let name = arguments?["configuration"]?.text ?? folder.flatMap(Self.configuration)
    else { return nil }
    do {
      configuration = try NNUNetConfiguration(plans.json, configuration: name)
    } catch let refusal as NNUNetConfiguration.Refusal {
      throw file.unknown("\(refusal.reason) (\(plans.source))")
    }
    dataset = try document(NNUNetDataset.fileName, "dataset_json").map { try NNUNetDataset($0.json, from: $0.source) }
    trainer = root["trainer_name"]?.text
    // None where its trainer had mirroring turned off.
    let order = configuration.axisOrder
    mirrorAxes = root["inference_allowed_mirroring_axes"].flatMap { axes in
      axes.isNone
        ? [] : axes.integers.map { $0.filter(order.indices.contains).map { order[$0] }.sorted() }
    }
  }

  /// The results folder of a checkpoint, recognised by its plans.
  private static func folder(of path: String) -> String? {
    let own = parentDirectory(of: path)
    return [own, parentDirectory(of: own)].first { fileExists(joinPath($0, plansName)) }
  }

  /// The files of the results folder that describe a checkpoint in it.
  static func documents(beside checkpoint: String) -> [String] {
    guard let folder = folder(of: checkpoint) else { return [] }
    return [plansName, NNUNetDataset.fileName].map { joinPath(folder, $0) }.filter(fileExists)
  }

  /// By the name of a results folder, `TRAINER__PLANS__CONFIGURATION`.
  private static func configuration(of folder: String) -> String? {
    let parts = (folder.split(separator: "/").last.map(String.init) ?? "").components(separatedBy: "__")
    return parts.count == 3 ? parts[2] : nil
  }

  func description(of file: PyTorchFile) throws -> ModelDescription {
    let plans = "the plans of \(file.path)"
    let architecture = try file.network(configuration.network.className, configuration.network.arguments, from: plans)
    var doubts = configuration.doubts.map { "\(file.path): \($0)" } + (dataset?.doubts ?? [])
    if let dataset {
      try check(architecture, against: dataset, file)
    } else {
      doubts.append(
        "\(file.path) comes without dataset.json: its outputs are taken for background and \(architecture.classes - 1) "
          + "\(architecture.classes == 2 ? "class" : "classes") that exclude each other")
    }
    if let trainer, !NNUNetTrainers.buildPlannedNetwork(trainer) {
      doubts.append(
        "\(file.path) was trained by \(trainer), which Sheaf does not know: it may have changed the network, or what it "
          + "sees, in ways that the plans do not tell")
    }
    var description = ModelDescription(
      task: .segmentation, architecture: architecture,
      normalisation: NormalisationRecipe(nnUNet: configuration.scheme), crop: configuration.patch,
      output: dataset?.hasRegions == true ? .regions : .logits, averaging: .logits, padding: .zero,
      mirrorAxes: mirrorAxes, spacing: configuration.spacing, structures: dataset?.structures.map(\.name) ?? [],
      trainedOn: [configuration.datasetName].compactMap { $0 })
    description.doubts = doubts
    return description
  }

  private func check(_ architecture: ArchitectureDescription, against dataset: NNUNetDataset, _ file: PyTorchFile)
    throws
  {
    guard dataset.channels.count == 1 else {
      throw file.unknown(
        "expected a network that takes one channel, found \(dataset.channels.count) "
          + "(\(dataset.channels.joined(separator: ", ")))")
    }
    guard architecture.inputChannels == 1 else {
      throw file.unknown("expected a network that takes one channel, found \(architecture.inputChannels)")
    }
    guard architecture.classes == dataset.outputCount else {
      let what = dataset.hasRegions ? "regions" : "labels with background"
      throw file.unknown(
        "expected an output for each of the \(dataset.outputCount) \(what) of its dataset.json, found "
          + "\(architecture.classes)")
    }
  }
}

/// nnU-Net's trainers, by the ends of their names.
enum NNUNetTrainers {
  /// Of nnU-Net 2.8, those that change augmentation, loss, optimiser or length of a training.
  private static let endings: Set<String> = [
    "", "DA5", "DA5ord0", "DA5Segord0", "NoDA", "DASegOrd0", "noDummy2DDA", "NoMirroring", "onlyMirror01", "warmup",
    "CosAnneal", "Adan", "AdanCosAnneal", "Adam", "VanillaAdam", "DiceLoss", "DiceCELoss", "noSmooth", "Topk10Loss",
    "Topk10LossLS01", "DiceTopK10Loss", "CELoss", "NoDeepSupervision", "probabilisticOversampling", "BS8", "Benchmark",
    "noDataLoading", "BN",
  ]
  private static let others: Set<String> = ["nnUNet_Trainer_BS8", "PretrainedTrainer", "sheaf"]

  /// Whether a trainer is known to build the network that the plans describe. (Of a network with batch norms, which
  /// `nnUNetTrainerBN` builds, the weights do not fit.)
  static func buildPlannedNetwork(_ name: String) -> Bool {
    if others.contains(name) { return true }
    guard name.hasPrefix("nnUNetTrainer") else { return false }
    return name.dropFirst("nnUNetTrainer".count).split(separator: "_").allSatisfy { part in
      let word = String(part)
      if endings.contains(word) { return true }
      // Lengths, learning rates and shares, such as 250epochs, 1500ep, Adam3en4, 033.
      let digits = word.filter { !$0.isNumber }
      return ["epochs", "epoch", "ep", ""].contains(digits)
        || ["en"].contains { digits.hasSuffix($0) && endings.contains(String(digits.dropLast($0.count))) }
    }
  }
}
