import Commands
import Files
import Foundation
import Networks
import Torch

extension TorchOperations {
  func describeWeights(at path: String, in information: inout Information) throws {
    var file = path
    if isDirectory(path) {
      let files = try modelFiles(at: path)
      file = files[0]
      information.add("kind", "results folder of nnU-Net")
      information.add("checkpoints", files.joined(separator: ", "), .array(files.map(JSONValue.string)))
    } else if try Model.isScript(path) {
      information.add("kind", "network")
      information.add("format", "TorchScript")
      let model = try Model.load(path)
      if let count = model.channelCount { information.add("outputs", "\(count)", .integer(count)) }
      return information.add(model.description)
    } else {
      information.add("kind", "weights")
    }
    let weights = try openWeights(file)
    information.add("format", weights.format)
    let summary = WeightsSummary(weights)
    information.add("tensors", "\(summary.tensors)", .integer(summary.tensors))
    information.add("parameters", "\(summary.parameters)", .integer(summary.parameters))
    information.add(
      "element types", summary.elementTypes.map { "\($0.key) (\($0.count))" }.joined(separator: ", "),
      .object(Dictionary(uniqueKeysWithValues: summary.elementTypes.map { ($0.key, .integer($0.count)) })))
    do {
      information.add(try Model.readDescription(of: weights))
    } catch let fault as Fault {
      // The weights can be told of all the same.
      information.add("network", "not usable as it is: \(fault.message)")
    }
    // Descriptions are JSON inside text.
    information.add(
      weights.notes.mapValues { text in
        (try? JSONValue(parsing: Data(text.utf8), path: weights.path)) ?? .string(text)
      }, key: "notes")
  }
}

extension Information {
  /// What a network is, sees and returns.
  fileprivate mutating func add(_ description: ModelDescription) {
    func numbers(_ values: [Int]) -> JSONValue { .array(values.map(JSONValue.integer)) }
    func product(_ edges: [Int]) -> String { edges.map(String.init).joined(separator: " × ") }
    if let network = description.architecture {
      let features = network.featuresPerStage
      add(
        "network",
        "\(network.encoder.className), \(features.count) stages of \(features.map(String.init).joined(separator: ", ")) features"
      )
      add("input channels", "\(network.inputChannels)", .integer(network.inputChannels))
      add("outputs", "\(network.classes)", .integer(network.classes))
    }
    add("task", description.task.rawValue)
    if !description.structures.isEmpty {
      add(
        "structures", description.structures.joined(separator: ", "),
        .array(description.structures.map(JSONValue.string)))
    }
    if description.task == .segmentation {
      add("output", description.output.rawValue)
      add("averaged", description.averaging.rawValue)
    }
    add("patch size", product(description.crop), numbers(description.crop))
    if let sizes = description.voxelSizes {
      add(
        "trained on voxels of", sizes.text, key: "trainedVoxelSizeInMicrometres",
        .array(sizes.median.map(JSONValue.number)))
    } else if let spacing = description.spacing {
      add(
        "spacing",
        spacing.map { String(format: "%.4g", $0) }.joined(separator: " × ") + ", in the unit of the training volumes",
        .array(spacing.map(JSONValue.number)))
    }
    add("intensities", description.normalisation.text)
    add("small volumes", "padded \(description.padding.words)")
    if let axes = description.mirrorAxes {
      add("mirroring", axes.isEmpty ? "none" : axes.map { ["z", "y", "x"][$0] }.joined(separator: ", "), numbers(axes))
    }
    if let threshold = description.threshold {
      add("threshold", "\(threshold), chosen by its validation", .number(threshold))
    }
    if let size = description.minimumObjectSize {
      add("minimum object size", size == 0 ? "none" : "\(size) voxels, chosen by its validation", .integer(size))
    }
    let choices = description.structureChoices.sorted { $0.key < $1.key }
    if !choices.isEmpty {
      let texts = choices.map { structure, choice in
        "\(structure) from \(choice.threshold)"
          + (choice.minimumObjectSize > 0 ? " and \(choice.minimumObjectSize) voxels" : "")
      }
      let values = choices.map { structure, choice in
        let value: [String: JSONValue] = [
          "threshold": .number(choice.threshold), "minimumObjectSize": .integer(choice.minimumObjectSize),
        ]
        return (structure, JSONValue.object(value))
      }
      add(
        "by structure", texts.joined(separator: "; "), key: "structureChoices",
        .object(Dictionary(uniqueKeysWithValues: values)))
    }
    if !description.trainedOn.isEmpty {
      add(
        "trained on", description.trainedOn.joined(separator: ", "), .array(description.trainedOn.map(JSONValue.string))
      )
    }
    for doubt in description.doubts { addWarning(doubt) }
  }
}
