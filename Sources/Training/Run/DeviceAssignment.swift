import Files
import MPI
import Torch

/// Which device each rank trains on: all on the CPU, or each on a GPU that no other rank of its node uses.
///
/// GPUs are identified by the driver's UUID, not by their number: some schedulers show each rank only its own GPU, which
/// is then number 0 on every rank, others show all GPUs to all ranks.
package enum DeviceAssignment {
  /// What one rank reports.
  package struct Rank: Codable, Sendable, Equatable {
    package var host: String
    /// The lowest rank of the same node, which identifies the node.
    package var node: Int
    /// Identities of the visible GPUs, `cuda:0` first.
    package var cards: [String]

    package init(host: String, node: Int, cards: [String]) {
      self.host = host
      self.node = node
      self.cards = cards
    }
  }

  /// Collective.
  ///
  /// - Parameter option: `auto`, `cpu` or `cuda`.
  /// - Throws: on every rank a `Fault.usage` that names the rank without a GPU, its host and the number of GPUs there.
  package static func choose(
    _ option: String, communicator: Communicator, cards: () -> [String] = Device.cudaIdentities
  ) throws -> Device {
    if option == "cpu" { return .cpu }
    let node = try communicator.sameNode()
    let own = try Rank(host: hostName(), node: node.broadcast(communicator.rank), cards: cards())
    let ranks = try communicator.gather(coding: own)
    let numbers = try communicator.rootOnly { try assign(option, ranks ?? []) }
    guard let numbers else { return .cpu }
    return Device("cuda:\(numbers[communicator.rank])")
  }

  /// The number of each rank's GPU among those it sees; nil when all ranks use the CPU, that is, when `option` is `auto`
  /// and no rank sees a GPU.
  ///
  /// - Throws: `Fault.usage`.
  package static func assign(_ option: String, _ ranks: [Rank]) throws -> [Int]? {
    if option == "auto" && ranks.allSatisfy(\.cards.isEmpty) { return nil }
    var taken: [Int: Set<String>] = [:]
    return try ranks.enumerated().map { number, rank in
      guard let free = rank.cards.firstIndex(where: { taken[rank.node]?.contains($0) != true }) else {
        throw Fault.usage(refusal(number, rank, ranksOfNode: ranks.count { $0.node == rank.node }))
      }
      taken[rank.node, default: []].insert(rank.cards[free])
      return free
    }
  }

  private static func refusal(_ number: Int, _ rank: Rank, ranksOfNode: Int) -> String {
    let start = "rank \(number) on \(rank.host) has no GPU of its own"
    guard !rank.cards.isEmpty else {
      return "\(start): libtorch \(LibTorch.loadedVersion) finds none there; check nvidia-smi and "
        + "CUDA_VISIBLE_DEVICES, or give --device cpu"
    }
    let count = rank.cards.count == 1 ? "1 GPU" : "\(rank.cards.count) GPUs"
    return "\(start): it sees \(count), and \(ranksOfNode) ranks run on that node; start one rank per GPU, or give "
      + "--device cpu"
  }
}
