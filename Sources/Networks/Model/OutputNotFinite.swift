import Files
import Torch

/// A network returned values that are infinite or not numbers (NaN). Nothing can be concluded from them: compared with
/// a threshold, NaN would be background.
///
/// Whoever knows which tile it was tells the user by `fault(tile:of:input:)`.
package struct OutputNotFinite: FaultConvertible {
  /// What is wrong in one channel of the output.
  package struct Channel: Sendable, Equatable {
    package let number: Int
    package let notNumbers: Int
    package let infinite: Int

    package init(number: Int, notNumbers: Int, infinite: Int) {
      self.number = number
      self.notNumbers = notNumbers
      self.infinite = infinite
    }
  }

  /// The network, as the subject of a sentence.
  package let network: String
  /// Channels with values that are not finite.
  package let channels: [Channel]
  package let channelCount: Int
  /// Of one channel.
  package let voxelCount: Int
  /// In which it was computed; more than one when it was computed again.
  package let precisions: [Precision]
  /// What is known to be wrong with the weights; nil when they are finite.
  package let weightsProblem: String?

  package init(
    network: String, channels: [Channel], channelCount: Int, voxelCount: Int, precisions: [Precision],
    weightsProblem: String? = nil
  ) {
    self.network = network
    self.channels = channels
    self.channelCount = channelCount
    self.voxelCount = voxelCount
    self.precisions = precisions
    self.weightsProblem = weightsProblem
  }

  /// Counts what is not finite in an output.
  ///
  /// - Parameter values: channel after channel, C order.
  /// - Returns: nil when all of it is finite.
  package init?(
    of network: String, in values: UnsafeBufferPointer<Float>, channelCount: Int, precisions: [Precision] = [],
    weightsProblem: String? = nil
  ) {
    let voxelCount = values.count / max(channelCount, 1)
    let channels = (0..<channelCount).compactMap { number -> Channel? in
      let part = UnsafeBufferPointer(rebasing: values[(number * voxelCount)..<((number + 1) * voxelCount)])
      if areFinite(part) { return nil }
      return Channel(
        number: number, notNumbers: part.count(where: \.isNaN), infinite: part.count(where: \.isInfinite))
    }
    if channels.isEmpty { return nil }
    self.init(
      network: network, channels: channels, channelCount: channelCount, voxelCount: voxelCount, precisions: precisions,
      weightsProblem: weightsProblem)
  }

  /// For where the tile is not known.
  package var fault: Fault { Fault.badData("\(what) for a tile: \(cause(input: nil))") }

  /// The error for the user.
  ///
  /// - Parameters:
  ///   - tile: where it lies and how large it is.
  ///   - volume: what it was cut from.
  ///   - input: what the network was given.
  package func fault(tile: String, of volume: String, input: UnsafeBufferPointer<Float>) -> Fault {
    Fault.badData("\(what) for the tile \(tile) of \(volume): \(cause(input: input))")
  }

  private var what: String {
    let notNumbers = channels.reduce(0) { $0 + $1.notNumbers }
    let infinite = channels.reduce(0) { $0 + $1.infinite }
    let kinds = [notNumbers > 0 ? "NaN" : nil, infinite > 0 ? "infinite values" : nil].compactMap { $0 }
    let place =
      channels.count == channelCount
      ? (channelCount == 1 ? "" : ", in all \(channelCount) channels")
      : ", in channel \(channels.map { "\($0.number)" }.joined(separator: ", ")) of \(channelCount)"
    return "\(network) returned \(kinds.joined(separator: " and ")) "
      + "(\(notNumbers + infinite) of \(voxelCount * channelCount) values\(place))"
  }

  private func cause(input: UnsafeBufferPointer<Float>?) -> String {
    let unusable = input.map { $0.count { !$0.isFinite } } ?? 0
    if unusable > 0 {
      return
        "\(unusable) of the \(input?.count ?? 0) voxels that it was given are not finite; check the intensities there"
    }
    if let weightsProblem { return "\(weightsProblem); give weights from before the training diverged" }
    let precision =
      precisions.count > 1
      ? ", in \(precisions[0].rawValue) and again in \(precisions[precisions.count - 1].rawValue)"
      : precisions.first.map { ", in \($0.rawValue)" } ?? ""
    let brightest = input?.reduce(Float(0)) { max($0, $1.magnitude) } ?? 0
    return "its input is finite (at most \((brightest * 10).rounded() / 10) standard deviations from the mean), so it "
      + "overflows or divides by zero itself\(precision); give other weights, or look at the volume there"
  }
}

/// Whether no value is infinite or NaN.
package func areFinite(_ values: UnsafeBufferPointer<Float>) -> Bool {
  // 0 · x is 0 for finite x and NaN otherwise; several sums, so that the loop is vectorised.
  var sums = SIMD16<Float>(repeating: 0)
  let whole = values.count / 16 * 16
  var index = 0
  while index < whole {
    let part = UnsafeRawPointer(values.baseAddress! + index).loadUnaligned(as: SIMD16<Float>.self)
    sums += part * 0
    index += 16
  }
  if sums != SIMD16(repeating: 0) { return false }
  return values[whole...].allSatisfy(\.isFinite)
}
