import Files

/// Which units are waiting, running, done or given up: the dispatcher's decisions, independent of threads and messages.
package struct UnitQueue {
  package static let attemptsAllowed = 3

  /// Units never started, in ascending order from `nextFresh` on; then those to retry.
  private let fresh: [Int]
  private var nextFresh = 0
  private var again: [Int] = []
  private var running: Set<Int> = []
  private var attempts: [Int: Int] = [:]
  /// Units that failed too often, with the last fault of each.
  package private(set) var setAside: [Int: Fault] = [:]
  package private(set) var finishedCount = 0
  /// Why units are no longer handed out although not all are done.
  package private(set) var stopFault: Fault?

  /// - Parameter units: the units to do, ascending.
  package init(units: [Int]) { fresh = units }

  private var waitingCount: Int { fresh.count - nextFresh + again.count }

  /// Whether workers that request a unit will never get one.
  package var isOver: Bool { stopFault != nil || (waitingCount == 0 && running.isEmpty) }

  /// A unit to run now; nil when none is waiting.
  package mutating func take() -> Int? {
    if stopFault != nil { return nil }
    let unit: Int
    if nextFresh < fresh.count {
      unit = fresh[nextFresh]
      nextFresh += 1
    } else if !again.isEmpty {
      unit = again.removeFirst()
    } else {
      return nil
    }
    running.insert(unit)
    return unit
  }

  /// A unit to prefetch while another one runs; nil near the end, where a busy worker would hold back a unit that an
  /// idle one of the `workers` could run.
  package mutating func takeAhead(workers: Int) -> Int? { waitingCount >= workers ? take() : nil }

  /// Whether a unit taken ahead may be started; after a stop it is dropped.
  package mutating func confirm(_ unit: Int) -> Bool {
    if stopFault == nil { return true }
    running.remove(unit)
    return false
  }

  package mutating func finish(_ unit: Int) {
    precondition(running.remove(unit) != nil, "unit \(unit) was not running")
    finishedCount += 1
  }

  package mutating func fail(_ unit: Int, _ fault: Fault) {
    precondition(running.remove(unit) != nil, "unit \(unit) was not running")
    // A full disk fails every unit, and a stopped unit has not failed.
    if fault.isDiskFull || fault.kind == .stopped { return stop(fault) }
    attempts[unit, default: 0] += 1
    if attempts[unit]! < UnitQueue.attemptsAllowed {
      again.append(unit)
    } else {
      setAside[unit] = fault
    }
  }

  /// Stops handing out units; the first reason given is kept.
  package mutating func stop(_ fault: Fault) { stopFault = stopFault ?? fault }
}
