import Files
import Synchronization

/// A tile for which the network gives no probabilities, however often it is asked.
package struct TileFailure: FaultConvertible {
  package let fault: Fault
}

/// Spares a unit of work further attempts that would fail on the same tile after as many hours.
final class TileFailures: Sendable {
  private let known = Mutex<[Int: TileFailure]>([:])

  /// - Throws: what `body` throws, without running it again when it was a `TileFailure`.
  func run<Result>(_ unit: Int, _ body: () throws -> Result) throws -> Result {
    if let failure = known.withLock({ $0[unit] }) { throw failure }
    do {
      return try body()
    } catch let failure as TileFailure {
      known.withLock { $0[unit] = failure }
      throw failure
    }
  }
}
