import Architectures
import Files
import Torch

extension Model {
  /// What a network says about a tile.
  package struct Prediction: Sendable {
    /// What was asked for of each voxel, C order; several logits of all voxels follow each other.
    package var values: [Float]
    /// Channels of the network's output.
    package var channelCount: Int
    /// Whether bf16 overflowed, so that the tile was computed again in fp32.
    package var isComputedAgain: Bool
  }

  /// What is asked of a network about a voxel.
  package enum Quantity: Sendable {
    /// The probability that it is foreground.
    case foreground(ForegroundRule)
    /// Logits as `logitCount` says.
    case logits
  }

  /// Logits of a voxel: one for each class against the background, or for each structure that may overlap others. Of a
  /// network whose architecture is known.
  package var logitCount: Int {
    let classes = description.architecture?.classes ?? 1
    return description.output == .regions ? classes : max(classes - 1, 1)
  }

  /// The probability that each voxel of a tile is foreground.
  ///
  /// Several threads may predict at once. The result is a function of the tile alone while the thread count
  /// (`LibTorch.setThreads`) stays the same.
  ///
  /// - Parameter tile: normalised voxels (z, y, x) in C order.
  /// - Parameter extent: edges (z, y, x), multiples of `tileMultiple`.
  /// - Parameter precision: what to compute in; nil for `usualPrecision`.
  /// - Returns: one probability a voxel, in C order.
  /// - Throws: `OutputNotFinite` for an output with infinite values or NaN, also when computed again in fp32; `Fault` of
  ///   kind `usage` for a pretrained network, of kind `badData` for an output of the wrong shape; `TorchError` when
  ///   memory runs out.
  package func predict(
    _ tile: UnsafeBufferPointer<Float>, extent: [Int], precision: Precision? = nil
  ) throws -> [Float] {
    try prediction(tile, extent: extent, precision: precision).values
  }

  /// As `predict`, with what else is known of the result.
  ///
  /// - Parameter mirrored: axes (0 for z) along which the network sees the tile mirrored; the result is mirrored back.
  package func prediction(
    _ tile: UnsafeBufferPointer<Float>, extent: [Int], precision: Precision? = nil, mirrored: [Int] = [],
    as quantity: Quantity = .foreground(.any)
  ) throws -> Prediction {
    try requireSegmentation()
    let precision = precision ?? usualPrecision
    return try withoutGradients {
      var input = try Tensor.copying(tile, shape: [1, 1] + extent, device: device)
      if !mirrored.isEmpty { input = try input.flipped(axes: mirrored.map { $0 + 2 }) }
      var output = try withAutocast(precision, on: device) { try forward(input, extent) }.to(.float32)
      try requireShape(output.shape, extent)
      var isComputedAgain = false
      if try !output.isFinite() {
        guard precision != .float32 else { throw try failure(output, [precision]) }
        // One thread at a time: the plan counts on the memory of the lower precision.
        output = try computingAgain.withLock { _ in
          try withoutAutocast(on: device) { try forward(input, extent) }.to(.float32)
        }
        isComputedAgain = true
        if try !output.isFinite() { throw try failure(output, [precision, .float32]) }
      }
      func values(_ tensor: Tensor) throws -> [Float] {
        try (mirrored.isEmpty ? tensor : tensor.flipped(axes: mirrored.map { $0 + 2 })).floats()
      }
      let result =
        switch quantity {
        case .foreground(let rule): try checked(values(foreground(output, rule)))
        case .logits: try logits(values(output), channelCount: output.shape[1])
        }
      return Prediction(values: result, channelCount: output.shape[1], isComputedAgain: isComputedAgain)
    }
  }

  /// The output for a tile, in single precision; without gradients, and whatever the network is for.
  func output(_ tile: UnsafeBufferPointer<Float>, _ extent: [Int]) throws -> Tensor {
    let output = try forward(Tensor.copying(tile, shape: [1, 1] + extent, device: device), extent).to(.float32)
    try requireShape(output.shape, extent)
    return output
  }

  /// - Throws: `Fault` of kind `usage` for a network that was only pretrained.
  package func requireSegmentation() throws {
    guard description.task == .segmentation else { throw Model.pretrainingFault(path) }
  }

  static func pretrainingFault(_ path: String) -> Fault {
    Fault.usage(
      "\(path) is a pretraining checkpoint: it was trained to reconstruct masked voxels, not to segment; fine-tune it "
        + "first (sheaf finetune --from)")
  }

  private func forward(_ input: Tensor, _ extent: [Int]) throws -> Tensor {
    switch network {
    case .residualEncoderUNet(let network): return try network.forward(input)
    case .script(let module):
      do {
        return try module.forward(input)
      } catch let error as TorchError where error.kind != .outOfMemory && error.kind != .device {
        // Nearly always about the tile's shape.
        throw Fault.badData(
          "\(path) fails on a tile of \(extent.map(String.init).joined(separator: " × ")) voxels with one channel: "
            + "\(error.cause); give --tile-size with edges that the network was made for, or a network for one channel")
      }
    }
  }

  private func requireShape(_ shape: [Int], _ extent: [Int]) throws {
    guard shape.count == 5, shape[0] == 1, shape[1] >= 1, Array(shape[2...]) == extent else {
      throw Fault.badData(
        "\(path) returns an output of shape \(shape) for a tile of \(extent): expected (1, classes, z, y, x) of the same "
          + "size")
    }
  }

  /// Logits of classes become those against the background, whose exponential is the ratio of both probabilities.
  private func logits(_ values: [Float], channelCount: Int) -> [Float] {
    if description.output == .regions || channelCount == 1 { return values }
    let count = values.count / channelCount
    return [Float](unsafeUninitializedCapacity: values.count - count) { result, written in
      for index in 0..<(values.count - count) { result[index] = values[count + index] - values[index % count] }
      written = values.count - count
    }
  }

  private func foreground(_ output: Tensor, _ rule: ForegroundRule) throws -> Tensor {
    let channels = output.shape[1]
    if description.output == .regions { return try union(output.sigmoid()) }
    let probabilities =
      switch description.output {
      case .probabilities, .regions: output
      case .logits where channels == 1: try output.sigmoid()
      case .logits: try output.softmax(axis: 1)
      }
    if rule == .likeliest, channels > 2 { return try likeliest(probabilities) }
    // Class 0 is background; everything else is foreground.
    return channels == 1 ? probabilities : try probabilities.narrowed(1, 0..<1).scaled(by: -1, adding: 1)
  }

  /// The largest of the regions' probabilities: above a half just where nnU-Net draws any of them.
  private func union(_ probabilities: Tensor) throws -> Tensor {
    probabilities.shape[1] == 1 ? probabilities : try largest(of: probabilities, from: 0) { largest, _ in largest }
  }

  /// Of classes, the first of them the background.
  private func likeliest(_ probabilities: Tensor) throws -> Tensor {
    try largest(of: probabilities, from: 1) { largest, background in
      largest / max(largest + background, .leastNormalMagnitude)
    }
  }

  /// What is made of the largest value of a voxel, beginning with channel `first`, and that of channel 0.
  private func largest(of output: Tensor, from first: Int, _ combine: (Float, Float) -> Float) throws -> Tensor {
    let channelCount = output.shape[1]
    let values = try output.floats()
    let count = values.count / channelCount
    let result = (0..<count).map { voxel in
      combine((first..<channelCount).reduce(Float(0)) { max($0, values[$1 * count + voxel]) }, values[voxel])
    }
    return try .copying(result, shape: [1, 1] + output.shape[2...], device: device)
  }

  /// Rounding aside, probabilities lie between 0 and 1; logits that are called probabilities do not.
  private func checked(_ foreground: [Float]) throws -> [Float] {
    guard description.output == .probabilities else { return foreground }
    guard foreground.contains(where: { $0 < -0.01 || $0 > 1.01 }) else { return foreground }
    throw Fault.badData(
      "\(path) returns foreground from \(foreground.min() ?? 0) to \(foreground.max() ?? 0), but its description says "
        + "that its output is probabilities; correct it to \"output\": \"logits\"")
  }

  private func failure(_ output: Tensor, _ precisions: [Precision]) throws -> OutputNotFinite {
    let problem = try weightsProblem()
    return try output.floats().withUnsafeBufferPointer {
      OutputNotFinite(
        of: name, in: $0, channelCount: output.shape[1], precisions: precisions, weightsProblem: problem)
    }
      ?? OutputNotFinite(
        network: name, channels: [], channelCount: output.shape[1], voxelCount: 0, precisions: precisions,
        weightsProblem: problem)
  }

  /// For networks in training, whose weights were finite when they were loaded.
  private func weightsProblem() throws -> String? {
    guard let parameters = residualEncoderUNet?.parameters else { return nil }
    var report = LoadingReport()
    for parameter in parameters { try report.examine(parameter.tensor.floats(), parameter.name) }
    return report.notFinite.isEmpty ? nil : "its weights are not finite (\(report.notFiniteText))"
  }
}

extension Tensor {
  /// Whether no element is infinite or NaN; of a float type.
  func isFinite() throws -> Bool {
    // 0 · x is 0 for finite x and NaN otherwise, so that no sum overflows.
    try scaled(by: 0).sum().item() == 0
  }
}
