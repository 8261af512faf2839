import Files
import Foundation
import MPI

/// What rank 0 sends to the others: a value, or the fault that ends the command.
private enum Announcement<Value: Codable>: Codable {
  case value(Value)
  case fault(kind: Int32, message: String, isDiskFull: Bool)
}

extension Communicator {
  package var isRoot: Bool { rank == 0 }

  /// Rank 0 runs `body`; every rank returns its value, or throws its fault (marked `isOnEveryRank`). The others sleep
  /// meanwhile. Collective: this is how a command performs set-up that must happen once, without leaving the other
  /// ranks waiting forever when it fails.
  package func rootOnly<Value: Codable>(_ body: () throws -> Value) throws -> Value {
    let own = isRoot ? Result(catching: body) : nil
    try barrier()
    let announcement = try broadcast(coding: Communicator.announcement(own!))
    switch announcement {
    case .value(let value): return try own?.get() ?? value
    case .fault(let kind, let message, let isDiskFull):
      throw Fault(kind: kind, message: message, isDiskFull: isDiskFull).onEveryRank
    }
  }

  package func rootOnly(_ body: () throws -> Void) throws {
    _ = try rootOnly { () throws -> Bool in
      try body()
      return true
    }
  }

  /// An object that only rank 0 has; a failure to create it is thrown on every rank. Collective.
  package func rootOnlyObject<Object>(_ make: () throws -> Object) throws -> Object? {
    var object: Object?
    try rootOnly { object = try make() }
    return object
  }

  /// Every rank runs `body`; if any fails, all throw the fault of the lowest rank that did, marked `isOnEveryRank`.
  /// Collective.
  package func everyRank<Value>(_ body: () throws -> Value) throws -> Value {
    let own = Result(catching: body)
    var failedRank = size
    if case .failure = own { failedRank = rank }
    let first = try allReduce(failedRank, .min)
    if first == size { return try own.get() }
    let failures = try allReduce(failedRank == size ? 0 : 1, .sum)
    // What others can read is missing on this node alone.
    let told = try broadcast(
      coding: Communicator.announcement(
        own.map { _ in true }, prefix: failures < size ? "rank \(rank) on \(hostName()): " : ""), from: first)
    guard case .fault(let kind, let message, let isDiskFull) = told else { preconditionFailure("expected a fault") }
    throw Fault(kind: kind, message: message, isDiskFull: isDiskFull).onEveryRank
  }

  /// - Parameter prefix: put before the message about a missing input.
  private static func announcement<Value: Codable>(
    _ result: Result<Value, any Error>, prefix: String = ""
  ) -> Announcement<Value> {
    switch result {
    case .success(let value): return .value(value)
    case .failure(let error):
      let fault = Fault(describing: error)
      return .fault(
        kind: fault.kind.rawValue, message: (fault.kind == .noInput ? prefix : "") + fault.message,
        isDiskFull: fault.isDiskFull)
    }
  }
}

extension Fault {
  /// A fault that was sent between ranks as numbers and text.
  init(kind: Int32, message: String, isDiskFull: Bool) {
    self = isDiskFull ? .diskFull(message) : Fault(Kind(rawValue: kind) ?? .bug, message)
  }
}
