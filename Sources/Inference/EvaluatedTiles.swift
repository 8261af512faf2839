import Synchronization
import Voxels

/// What tiles gave that were evaluated before the blocks they lie in, until a block takes it.
final class EvaluatedTiles: Sendable {
  private let values = Mutex([Coordinate: [Float]]())

  /// - Parameter position: of the tile in the lattice.
  func keep(_ own: [Float], _ position: Coordinate) { values.withLock { $0[position] = own } }

  func take(_ position: Coordinate) -> [Float]? { values.withLock { $0.removeValue(forKey: position) } }

  func removeAll() { values.withLock { $0.removeAll() } }
}
