import Files
import Jobs
import Networks
import Threads
import Torch
import Voxels

/// A trained network, or an ensemble of several: the mean of their probabilities, each of which may itself be the mean
/// over mirrored tiles.
///
/// Means are sums in single precision, in the order in which the members are given and in a fixed order of mirrored
/// axes, then divided. libtorch may sum in another order with another number of threads, so a tile is evaluated by one
/// thread, and tiles run side by side.
public struct ModelPredictor: TilePredictor {
  /// In the order of their sums.
  package let members: [Model]
  /// What each computes in.
  package let precisions: [Precision]
  /// The axes along which each sees a tile mirrored, pass by pass; the first pass is the tile as it is.
  package let passes: [[[Int]]]
  /// Called when bf16 overflowed and a tile was computed again in fp32; by any thread, any number of times.
  package var onOverflow: @Sendable (_ model: String) -> Void = { _ in }

  /// The warning that `onOverflow` should raise.
  package static func overflowWarning(_ model: String) -> String {
    "\(model) overflowed in bf16 on some tiles, which were computed again in fp32; give --precision fp32 to compute all of "
      + "them in it"
  }

  /// Sets libtorch to one thread an operator, for the whole process.
  ///
  /// - Parameter precision: what to compute in; nil for what the network was trained in.
  package init(_ model: Model, precision: Precision? = nil) throws {
    try self.init([model], precision: precision)
  }

  /// As `init(_:precision:)`, for an ensemble.
  ///
  /// - Parameter mirroring: whether tiles are also predicted mirrored, along every combination of the axes along which
  ///   a network may see them mirrored.
  /// - Throws: `Fault` of kind `usage` or `badData` naming two members that cannot be averaged, or a network that must
  ///   not be mirrored.
  package init(_ members: [Model], precision: Precision? = nil, mirroring: Bool = false) throws {
    try requireAgreement(members)
    self.members = members
    precisions = members.map { precision ?? $0.description.precision }
    passes = try members.map { mirroring ? try mirroredPasses($0) : [[]] }
    LibTorch.keepFreedMemory()
    try LibTorch.setThreads(1)
  }

  /// The patch size that its members were trained with, (z, y, x).
  ///
  /// - Throws: `Fault.usage` when they were trained with different ones.
  package func naturalTile() throws -> Extent {
    let crops = members.map { Extent($0.description.crop[0], $0.description.crop[1], $0.description.crop[2]) }
    if let other = crops.firstIndex(where: { $0 != crops[0] }) {
      throw Fault.usage(
        "\(members[0].path) was trained on crops of \(crops[0]), \(members[other].path) on crops of \(crops[other]); give "
          + "--tile-size for the tiles that go to both")
    }
    return crops[0]
  }

  public var tileMultiple: Extent {
    let multiples = members.map(\.tileMultiple)
    func common(_ axis: Int) -> Int { multiples.reduce(1) { leastCommonMultiple($0, $1[axis]) } }
    return Extent(common(0), common(1), common(2))
  }

  public func predict(_ tile: UnsafeBufferPointer<Float>, extent: Extent) throws -> [Float] {
    var sum: [Float] = []
    var firstChannels = 0
    for (number, member) in members.enumerated() {
      var ownSum: [Float] = []
      for mirrored in passes[number] {
        let prediction = try member.prediction(
          tile, extent: [extent.z, extent.y, extent.x], precision: precisions[number], mirrored: mirrored)
        if prediction.isComputedAgain { onOverflow(member.path) }
        if firstChannels == 0 { firstChannels = prediction.channelCount }
        try requireSameClasses(firstChannels, prediction.channelCount, members[0], member)
        add(prediction.foreground, to: &ownSum)
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

  /// Predicts tiles of zeros and asks the system: what libraries load, which kernels they choose and how much scratch
  /// these take (a convolution may copy its input once for each of 27 weights) cannot be predicted. At a
  /// thread's second tile everything is loaded, so that all threads reach their peak at once.
  public func memoryInBytes(tile: Extent, threads: Int) throws -> Int {
    let zeros = [Float](repeating: 0, count: tile.count)
    for _ in 0..<2 {
      try parallelForEach(count: threads, threads: threads) { _ in
        do {
          _ = try zeros.withUnsafeBufferPointer { try predict($0, extent: tile) }
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
    for (axes, count) in mirroring {
      let whose = mirroring.count > 1 ? " (\(count) of the networks)" : ""
      lines.append("tiles also mirrored along \(axes), \(1 << axes.split(separator: ",").count) passes" + whose)
    }
    return lines
  }

  /// The axes of mirroring, as `z,y,x`, with how many members are mirrored along them; none without mirroring.
  private var mirroring: [(axes: String, count: Int)] {
    let axes = passes.filter { $0.count > 1 }.map { axesText($0.last!) }
    return Dictionary(grouping: axes, by: \.self).map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 }
  }

  /// What its members compute in: one word where all compute in the same.
  package var precisionText: String {
    (Set(precisions).count == 1 ? [precisions[0]] : precisions).map(\.rawValue).joined(separator: " ")
  }

  /// What decides the output beside the members themselves, for the identity of the output: nothing where there is one
  /// member that sees no mirrored tiles.
  package var settings: [(name: String, value: String)] {
    var settings: [(String, String)] = []
    if members.count > 1 { settings.append(("models", "\(members.count)")) }
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
