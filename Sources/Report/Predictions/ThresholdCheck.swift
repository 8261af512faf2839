import Foundation
import Synchronization
import Threads
import Voxels
import Zarr

/// How the amount of foreground depends on the probability threshold.
struct ThresholdCheck {
  private let store: Store
  private let threshold: Double
  private let one: Double
  private let threads: Int
  /// Whose threshold it is; nil where somebody gave it.
  private let choice: String?
  private static let bins = 256
  /// 64 MiB of probabilities.
  private static let mostVoxels = 64 << 20

  init(_ store: Store, origin: Origin?, threads: Int) {
    self.store = store
    threshold = origin?.setting("threshold").flatMap { Double($0) } ?? 0.5
    one = store.declaredContent?.one ?? (store.voxelType == .uint8 ? 255 : 1)
    self.threads = threads
    choice = origin?.choiceOfThreshold
  }

  mutating func write(into section: inout Section) throws {
    let (counts, isWhole) = try histogram()
    let total = counts.reduce(0, +)
    guard total > 0 else { return }
    // above[i]: voxels with a probability of i/255 or more.
    var above = counts
    for index in (0..<Self.bins - 1).reversed() { above[index] += above[index + 1] }
    func share(_ probability: Double) -> Double {
      above[min(Self.bins - 1, max(0, Int((probability * 255).rounded(.up))))] / total
    }
    let id = "\(section.id)-threshold"
    let probabilities = (1..<Self.bins).map { Double($0) / 255 }
    let shares = probabilities.map { share($0) }
    let least = max(shares.filter { $0 > 0 }.min() ?? 1e-6, 1e-9)
    var chart = Chart(
      x: Axis("probability threshold", 0...1),
      y: Axis(
        "foreground (share of the volume)", (least / 2)...min(1, max(shares.max()! * 2, least * 4)), isLogarithmic: true
      ))
    chart.layers = [
      .line(zip(probabilities, shares).filter { $0.1 > 0 }.map { Chart.Point(x: $0, y: $1) }, .blue, width: 2),
      .vertical(threshold, "threshold \(threshold)", .vermillion),
    ]
    let now = share(threshold)
    section.heading("Threshold")
    section.add(
      figure(
        chart.svg("Foreground by threshold"),
        "At \(threshold), \(percentText(now)) of the voxels are foreground\(isWhole ? "" : " (of the part that was read)"); at 0.4 it would be \(percentText(share(0.4))), at 0.6 \(percentText(share(0.6)))."
          + (choice.map { " It is \(escaped($0))." } ?? ""),
        id: id))
    let usual = share(0.5)
    let curve = miniature(shares.map { log10(max($0, least)) }, threshold: threshold * 254)
    if now == 0 {
      section.find(
        .error,
        "no voxel reaches the threshold of \(threshold): the largest probability is \(numberText(Double(counts.lastIndex { $0 > 0 }!) / 255))",
        at: id, curve)
    } else if choice == nil, abs(threshold - 0.5) > 0.02, usual > 0 {
      let ratio = now / usual
      if ratio < 0.67 || ratio > 1.5 {
        section.find(
          ratio < 0.34 || ratio > 3 ? .error : .warning,
          "the threshold of \(threshold) keeps \(ratio < 1 ? "only \(percentText(ratio)) of" : "\(numberText(ratio)) times") the foreground that 0.5 would give",
          at: id, curve)
      }
    }
    if now > 0.5 {
      section.find(.warning, "\(percentText(now)) of the volume is foreground", at: id, curve)
    }
  }

  /// Voxels by probability, of the whole volume or of chunks spread over it.
  private func histogram() throws -> (counts: [Double], isWhole: Bool) {
    let array = store.levels[0]
    let chunks = array.chunks
    let most = max(1, Self.mostVoxels / max(1, chunks.cell.count))
    let step = max(1, (chunks.count + most - 1) / most)
    // An odd step does not follow columns of chunks.
    let indices = Array(stride(from: 0, to: chunks.count, by: step > 1 ? step | 1 : 1))
    let sum = Mutex([Int](repeating: 0, count: Self.bins))
    let one = Float(self.one)
    try parallelForEach(count: indices.count, threads: threads) { number in
      let buffer = try array.read(chunks.region(indices[number]))
      var own = [Int](repeating: 0, count: Self.bins)
      let numbers = UnsafeMutableBufferPointer<Float>.allocate(capacity: buffer.extent.count)
      defer { numbers.deallocate() }
      copyNumbers(of: buffer, to: numbers)
      for value in numbers { own[Int(min(max(value / one, 0), 1) * 255)] += 1 }
      sum.withLock { for index in own.indices { $0[index] += own[index] } }
    }
    return (sum.withLock { $0 }.map(Double.init), step == 1)
  }
}
