import Architectures
import Files
import Jobs
import Networks
import Threads
import Torch
import Voxels

/// A trained network, or an ensemble of several: the mean of their probabilities, each of which may itself be the mean
/// over mirrored tiles; of their logits, where they are nnU-Net's.
///
/// Means are sums in single precision, in the order in which the members are given and in a fixed order of mirrored
/// axes, then divided. libtorch may sum in another order with another number of threads, so a tile is evaluated by one
/// thread, and tiles run side by side.
public struct ModelPredictor: TilePredictor {
  /// In the order of their sums.
  package let members: [Model]
  /// What each computes in.
  package internal(set) var precisions: [Precision]
  /// The axes along which each sees a tile mirrored, pass by pass; the first pass is the tile as it is.
  package let passes: [[[Int]]]
  /// What is foreground where they tell several structures apart.
  package let foreground: ForegroundRule
  /// Raises a warning, which may be the same as one before; called by any thread.
  package var warn: @Sendable (Warning) -> Void = { _ in }

  /// Sets libtorch to one thread an operator, for the whole process.
  ///
  /// - Parameter precision: what to compute in; nil for `Model.usualPrecision`.
  package init(_ model: Model, precision: Precision? = nil) throws {
    try self.init([model], precision: precision)
  }

  /// As `init(_:precision:)`, for an ensemble.
  ///
  /// - Parameter mirroring: whether tiles are also predicted mirrored, along every combination of the axes along which
  ///   a network may see them mirrored.
  /// - Parameter foreground: nil for what the networks' own program would do.
  /// - Throws: `Fault` of kind `usage` or `badData` naming two members that cannot be averaged, or a network that must
  ///   not be mirrored.
  package init(
    _ members: [Model], precision: Precision? = nil, mirroring: Bool = false, foreground: ForegroundRule? = nil
  )
    throws
  {
    try EnsembleAgreement.require(members)
    self.members = members
    precisions = members.map { precision ?? $0.usualPrecision }
    passes = try members.map { mirroring ? try mirroredPasses($0) : [[]] }
    self.foreground = foreground ?? Self.usualForeground(members[0])
    LibTorch.keepFreedMemory()
    try LibTorch.setThreads(1)
  }

  /// Of a network in training: libtorch's settings stay as they are.
  package init(inTraining model: Model) {
    members = [model]
    precisions = [model.usualPrecision]
    passes = [[[]]]
    foreground = Self.usualForeground(model)
  }

  private static func usualForeground(_ model: Model) -> ForegroundRule {
    model.description.averaging == .logits ? .likeliest : .any
  }

  /// What a tile holds beyond a volume that is smaller; the members agree.
  public var padding: Padding { members[0].description.padding }

  public var blending: Blending {
    let first = members[0]
    guard first.description.averaging == .logits else { return .probabilities }
    // Structures that may overlap are no shares of one.
    return .logits(
      count: first.logitCount, foreground: first.description.output == .regions ? .likeliest : foreground)
  }

  /// The smallest tile that every member takes.
  public func tile(holding wanted: Extent) throws -> Extent {
    var tile = wanted
    // Each may take what another one has enlarged; multiples of all edges are found in a few rounds.
    for _ in 0..<16 {
      let before = tile
      for member in members {
        let edges = try member.tile(holding: [tile.z, tile.y, tile.x])
        tile = Extent(edges[0], edges[1], edges[2])
      }
      if tile == before { return tile }
    }
    throw Fault.badData(
      "no tile of about \(wanted) voxels suits all of \(members.map(\.path).joined(separator: ", ")); give --tile-size with "
        + "edges that all of them were made for")
  }

  /// The crops that its members were trained on, (z, y, x).
  ///
  /// - Parameter asked: the tile that the user asked for.
  /// - Throws: `Fault.usage` when they were trained on different ones, and no tile was asked for.
  package func naturalTile(asked: Extent? = nil) throws -> Extent {
    let crops = members.map { Extent($0.description.crop[0], $0.description.crop[1], $0.description.crop[2]) }
    if asked != nil {
      return Extent(crops.map(\.z).max()!, crops.map(\.y).max()!, crops.map(\.x).max()!)
    }
    if let other = crops.firstIndex(where: { $0 != crops[0] }) {
      throw Fault.usage(
        "\(members[0].path) was trained on crops of \(crops[0]), \(members[other].path) on crops of \(crops[other]); give "
          + "--tile-size for the tiles that go to both")
    }
    return crops[0]
  }

  public var requirements: VolumeRequirements {
    var requirements = VolumeRequirements(of: members[0])
    for member in members.dropFirst() { requirements.doubts += member.description.doubts }
    return requirements
  }

  public var tileMultiple: Extent {
    let multiples = members.map(\.tileMultiple)
    func common(_ axis: Int) -> Int { multiples.reduce(1) { leastCommonMultiple($0, $1[axis]) } }
    return Extent(common(0), common(1), common(2))
  }

  public func predict(_ tile: UnsafeBufferPointer<Float>, extent: Extent) throws -> [Float] {
    try predict(tile, extent: extent, warn)
  }

  private func predict(
    _ tile: UnsafeBufferPointer<Float>, extent: Extent, _ warn: (Warning) -> Void
  ) throws -> [Float] {
    var sum: [Float] = []
    var firstChannels = 0
    for (number, member) in members.enumerated() {
      var ownSum: [Float] = []
      for mirrored in passes[number] {
        let prediction = try member.prediction(
          tile, extent: [extent.z, extent.y, extent.x], precision: precisions[number], mirrored: mirrored,
          as: blending == .probabilities ? .foreground(foreground) : .logits)
        if prediction.isComputedAgain {
          warn(
            Warning(
              "\(member.path) overflowed in bf16 on some tiles, which were computed again in fp32; give --precision fp32 "
                + "to compute all of them in it", about: .run))
        }
        if firstChannels == 0 { firstChannels = prediction.channelCount }
        try EnsembleAgreement.requireSameClasses(firstChannels, prediction.channelCount, members[0], member)
        add(prediction.values, to: &ownSum)
      }
      divide(&ownSum, by: passes[number].count)
      add(ownSum, to: &sum)
    }
    divide(&sum, by: members.count)
    return sum
  }

  private func add(_ values: [Float], to sum: inout [Float]) {
    if sum.isEmpty {
      sum = values
    } else {
      for index in sum.indices { sum[index] += values[index] }
    }
  }

  private func divide(_ sum: inout [Float], by count: Int) {
    if count == 1 { return }
    for index in sum.indices { sum[index] /= Float(count) }
  }

  public func releaseMemory() { LibTorch.returnFreedMemory() }

  public func memoryInBytes(tile: Extent, threads: Int) throws -> Int {
    try memoryInBytes(tile: tile, threads: threads) { false }
  }

  /// Predicts tiles, of noise where no others are given, and asks the system: what libraries load, which kernels they
  /// choose and how much scratch these take (a convolution may copy its input once for each of 27 weights) cannot be
  /// predicted. At a thread's second tile everything is loaded, so that all threads reach their peak at once.
  public func memoryInBytes(
    tile: Extent, threads: Int, evaluating evaluate: @Sendable () throws -> Bool
  ) throws -> Int {
    for _ in 0..<2 {
      try parallelForEach(count: threads, threads: threads) { _ in
        if try evaluate() { return }
        var random = RandomStream(seed: 1, name: "tile of noise")
        let noise = (0..<tile.count).map { _ in Float(random.normal()) }
        do {
          _ = try noise.withUnsafeBufferPointer { try predict($0, extent: tile) { _ in } }
        } catch is OutputNotFinite {
          // A network may divide by the contrast of a tile; the tiles of the volume will tell.
        }
      }
    }
    return peakMemoryInBytes()
  }

  public var planLines: [String] {
    var lines: [String] = []
    if members.count > 1 {
      lines.append("mean of \(members.count) networks: " + members.map(\.path).joined(separator: ", "))
    }
    lines.append(precisionLine)
    let description = members[0].description
    if description.normalisation.nnUNet != nil { lines.append("intensities \(description.normalisation.text)") }
    if description.averaging == .logits {
      lines.append("logits are averaged, and tiles spread evenly, as nnU-Net's predictor does")
    }
    for member in members where member.descriptionPath == nil && member.isScript {
      lines.append(
        "\(member.path) has no description: its output is taken for \(member.description.output.rawValue), its crops for "
          + "\(member.description.crop.map(String.init).joined(separator: " × "))")
    }
    if let structures { lines.append("foreground is any of \(structures): \(rule)") }
    for (axes, count) in mirroring {
      let whose = mirroring.count > 1 ? " (\(count) of the networks)" : ""
      lines.append("tiles also mirrored along \(axes), \(1 << axes.split(separator: ",").count) passes" + whose)
    }
    return lines
  }

  /// What the networks tell apart, where that is more than one structure.
  private var structures: String? {
    let description = members[0].description
    if description.structures.count > 1 { return description.structures.joined(separator: ", ") }
    let channels = members[0].channelCount ?? 1
    return channels > 2 ? "\(channels - 1) classes" : nil
  }

  private var rule: String {
    members[0].description.output == .regions ? "the likeliest of them, which may overlap" : foreground.words
  }

  /// The axes of mirroring, as `z,y,x`, with how many members are mirrored along them; none without mirroring.
  private var mirroring: [(axes: String, count: Int)] {
    let axes = passes.filter { $0.count > 1 }.map { axesText($0.last!) }
    return Dictionary(grouping: axes, by: \.self).map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 }
  }

  /// What decides the output beside the members themselves, for the identity of the output: nothing where there is one
  /// member that sees no mirrored tiles.
  package var settings: [(name: String, value: String)] {
    var settings: [(String, String)] = []
    if members.count > 1 { settings.append(("models", "\(members.count)")) }
    // Nothing for what has always been done.
    if blending != .probabilities { settings.append(("averaging", "logits")) }
    for member in members where member.descriptionPath == nil && member.isScript {
      // Earlier versions took all of them for logits.
      if member.description.output == .probabilities { settings.append(("output", "probabilities")) }
    }
    if foreground != .any, structures != nil { settings.append(("foreground", foreground.rawValue)) }
    if !mirroring.isEmpty {
      settings.append(("mirror", passes.map { axesText($0.last!) }.joined(separator: " ")))
    }
    return settings
  }
}

private func leastCommonMultiple(_ a: Int, _ b: Int) -> Int {
  var (x, y) = (a, b)
  while y != 0 { (x, y) = (y, x % y) }
  return a / x * b
}

private func axesText(_ axes: [Int]) -> String { axes.map { ["z", "y", "x"][$0] }.joined(separator: ",") }

/// Every combination of the axes along which a network may see tiles mirrored, none of them first.
///
/// - Throws: `Fault.usage` for a network that was trained without mirroring.
private func mirroredPasses(_ model: Model) throws -> [[Int]] {
  // Networks of earlier versions were trained with mirroring along all axes unless their recipe said otherwise.
  let axes = (model.description.mirrorAxes ?? [0, 1, 2]).sorted()
  guard !axes.isEmpty else {
    throw Fault.usage(
      "\(model.path) was trained without mirroring, so that it knows nothing of mirrored tiles; leave out --mirror")
  }
  return (0..<(1 << axes.count)).map { combination in
    axes.indices.filter { combination >> $0 & 1 == 1 }.map { axes[$0] }
  }
}
