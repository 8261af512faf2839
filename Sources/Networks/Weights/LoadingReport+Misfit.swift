import Architectures
import Files

extension LoadingReport {
  /// Why weights are not those of the network that they were loaded into; nil when every selected parameter was set, from
  /// one tensor of finite values, and no selected tensor is left over.
  ///
  /// - Parameters:
  ///   - path: of the weights.
  ///   - network: what decided the architecture, such as "its description".
  ///   - remedy: what to do when the architecture is another one.
  package func misfit(of path: String, with network: String, remedy: String) -> Fault? {
    if let sentence = pretrainingLeftOver { return Fault.badData("\(path) \(sentence)") }
    if let (found, expected) = otherChannels {
      return Fault.badData(
        "\(path) is a network for images of \(found) \(found == 1 ? "channel" : "channels"), but \(network) has "
          + "\(expected) (\(misshapedText)); give weights that were trained on images of \(expected)")
    }
    if let (found, expected) = otherClasses {
      return Fault.badData(
        "\(path) is a network of \(found) \(found == 1 ? "class" : "classes"), but \(network) has \(expected) "
          + "(\(misshapedText)); \(remedy)")
    }
    let misfits = [
      text(missing, "missing"),
      misshaped.isEmpty ? nil : misshapedText,
      text(leftOver, "that the network has no place for"),
      unreadable.isEmpty ? nil : "not read as plain tensors: \(few(unreadable))",
    ].compactMap { $0 }
    if !misfits.isEmpty {
      return Fault.badData(
        "\(path) does not fit \(network): \(misfits.joined(separator: "; ")); \(loaded.count) tensors fit; \(remedy)")
    }
    if !ambiguous.isEmpty {
      return Fault.badData(
        "\(path) holds different tensors for the same place in the network: \(few(ambiguous)); save the weights of one "
          + "network alone")
    }
    if !notFinite.isEmpty {
      return Fault.badData(
        "\(path) holds weights that are not finite: \(notFiniteText); give weights from before the training diverged")
    }
    return nil
  }

  /// Counts, with the first few names.
  var notFiniteText: String {
    "\(notFinite.count) \(notFinite.count == 1 ? "tensor has" : "tensors have") infinite values or NaN ("
      + few(notFinite.map { "\($0.name): \($0.count) of \($0.elementCount)" }) + ")"
  }

  private var pretrainingLeftOver: String? {
    guard let token = leftOver.first(where: { $0.contains("mask_token") }) else { return nil }
    return
      "is a pretraining checkpoint (it has a \(token)): it reconstructs masked voxels and does not segment; fine-tune "
      + "it first (sheaf finetune --from)"
  }

  /// Input channels, where the first layer alone is of another shape than expected.
  private var otherChannels: (found: Int, expected: Int)? {
    guard missing.isEmpty, leftOver.isEmpty, misshaped.count == 1, let first = misshaped.first,
      firstLayers.contains(first.name), first.found.count == 5, first.expected.count == 5,
      first.found[1] != first.expected[1]
    else { return nil }
    return (first.found[1], first.expected[1])
  }

  /// Classes, where the output layers alone are of another shape than expected.
  private var otherClasses: (found: Int, expected: Int)? {
    guard missing.isEmpty, leftOver.isEmpty, let first = misshaped.first,
      misshaped.allSatisfy({ $0.name.hasPrefix("decoder.seg_layers.") }), let found = first.found.first,
      let expected = first.expected.first, found != expected
    else { return nil }
    return (found, expected)
  }

  private var misshapedText: String {
    let shapes = misshaped.map { "\($0.name): found \($0.found), expected \($0.expected)" }
    return text(shapes, "of another shape") ?? ""
  }

  private func text(_ names: [String], _ what: String) -> String? {
    names.isEmpty ? nil : "\(names.count) \(names.count == 1 ? "tensor" : "tensors") \(what) (\(few(names)))"
  }

  private func few(_ names: [String]) -> String {
    names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
  }
}

/// The names of the first layer with either kind of encoder.
private let firstLayers = ArchitectureDescription.EncoderKind.allCases.map(\.firstLayer)
