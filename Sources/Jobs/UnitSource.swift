import Files
import Foundation
import MPI

/// Where a worker gets its units and reports on them: the dispatcher itself on rank 0, messages to it elsewhere. Safe
/// to use from several threads, each of which is one `slot` of its rank.
protocol UnitSource: AnyObject, Sendable {
  /// The unit to run next, waiting for one if necessary; nil when there are no more.
  ///
  /// - Parameter held: the unit this slot took ahead; it is returned unless the job has been stopped since.
  func next(slot: Int, held: Int?) throws -> Int?
  /// A unit to prefetch while another one runs; nil when none can be spared.
  func ahead(slot: Int) throws -> Int?
  func finish(_ unit: Int, payload: Data) throws
  func fail(_ unit: Int, _ fault: Fault) throws
  func stop(_ fault: Fault) throws
}

/// The messages a rank sends to the dispatcher, all under one tag: little-endian numbers, then arbitrary bytes.
enum WorkerMessage {
  case next(slot: Int, held: Int?)
  case ahead(slot: Int)
  case finished(unit: Int, payload: Data)
  case failed(unit: Int, Fault)
  case stop(Fault)
  /// This rank's workers have ended; the last message from a rank.
  case bye

  static let tag = 1
  /// The tag of replies to a slot.
  static func replyTag(slot: Int) -> Int { 2 + slot }

  var data: Data {
    switch self {
    case .next(let slot, let held): return WorkerMessage.encode(0, slot, held ?? -1)
    case .ahead(let slot): return WorkerMessage.encode(1, slot, 0)
    case .finished(let unit, let payload): return WorkerMessage.encode(2, unit, 0) + payload
    case .failed(let unit, let fault): return WorkerMessage.encode(3, unit, WorkerMessage.code(fault)) + fault.text
    case .stop(let fault): return WorkerMessage.encode(4, 0, WorkerMessage.code(fault)) + fault.text
    case .bye: return WorkerMessage.encode(5, 0, 0)
    }
  }

  init(_ data: Data) {
    let numbers = data.withUnsafeBytes { bytes in
      (0..<3).map { Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self))) }
    }
    let rest = Data(data.dropFirst(24))
    switch numbers[0] {
    case 0: self = .next(slot: numbers[1], held: numbers[2] < 0 ? nil : numbers[2])
    case 1: self = .ahead(slot: numbers[1])
    case 2: self = .finished(unit: numbers[1], payload: rest)
    case 3: self = .failed(unit: numbers[1], WorkerMessage.fault(numbers[2], rest))
    case 4: self = .stop(WorkerMessage.fault(numbers[2], rest))
    default: self = .bye
    }
  }

  private static func encode(_ numbers: Int...) -> Data {
    var data = Data()
    for number in numbers { withUnsafeBytes(of: Int64(number).littleEndian) { data.append(contentsOf: $0) } }
    return data
  }

  private static func code(_ fault: Fault) -> Int { Int(fault.kind.rawValue) + (fault.isDiskFull ? 1000 : 0) }

  private static func fault(_ code: Int, _ text: Data) -> Fault {
    Fault(kind: Int32(code % 1000), message: String(decoding: text, as: UTF8.self), isDiskFull: code >= 1000)
  }
}

extension Fault {
  fileprivate var text: Data { Data(message.utf8) }
}

/// The dispatcher as seen by the other ranks.
final class RemoteDispatcher: UnitSource {
  private let communicator: Communicator

  init(_ communicator: Communicator) { self.communicator = communicator }

  func next(slot: Int, held: Int?) throws -> Int? {
    try send(.next(slot: slot, held: held))
    return try answer(slot)
  }

  func ahead(slot: Int) throws -> Int? {
    try send(.ahead(slot: slot))
    return try answer(slot)
  }

  func finish(_ unit: Int, payload: Data) throws { try send(.finished(unit: unit, payload: payload)) }
  func fail(_ unit: Int, _ fault: Fault) throws { try send(.failed(unit: unit, fault)) }
  func stop(_ fault: Fault) throws { try send(.stop(fault)) }
  func bye() throws { try send(.bye) }

  private func send(_ message: WorkerMessage) throws {
    try communicator.send(message.data, to: 0, tag: WorkerMessage.tag)
  }

  private func answer(_ slot: Int) throws -> Int? {
    let data = try communicator.receiveData(from: 0, tag: WorkerMessage.replyTag(slot: slot)).data
    let unit = data.withUnsafeBytes { Int(Int64(littleEndian: $0.loadUnaligned(as: Int64.self))) }
    return unit < 0 ? nil : unit
  }
}
