import Files
import Foundation
import Jobs
import MPI
import Probing
import Threads

/// Every collective, on communicators that cut messages into pieces of 1, 2, 3, … elements and on one that does not.
func probeCollectives() throws {
  let world = try Communicator.world()
  for limit in [1, 2, 3, 7, Communicator.defaultElementsPerCall] {
    let communicator = try world.duplicate(elementsPerCall: limit)
    expect(communicator.rank == world.rank && communicator.size == world.size, "duplicate keeps ranks")
    for count in 0..<12 {
      try probeTyped(Float.self, communicator, count) { Float($0) }
      try probeTyped(Double.self, communicator, count) { Double($0) / 8 }
      try probeTyped(Int.self, communicator, count) { $0 - 5 }
      try probeTyped(Int64.self, communicator, count) { Int64($0) << 40 }
      try probeTyped(UInt64.self, communicator, count) { UInt64($0) << 60 }
      try probeTyped(UInt32.self, communicator, count) { UInt32($0) }
      try probeTyped(UInt16.self, communicator, count) { UInt16($0) }
      try probeTyped(UInt8.self, communicator, count) { UInt8($0) }
    }
    try probeCoding(communicator)
  }
  try world.barrier()
  say("rank \(world.rank) of \(world.size): collectives agree")
}

private func probeTyped<Scalar: MPIScalar>(
  _: Scalar.Type, _ communicator: Communicator, _ count: Int, _ value: (Int) -> Scalar
) throws {
  /// Rank r contributes value(r + i) at i.
  func contribution(_ rank: Int, _ count: Int) -> [Scalar] { (0..<count).map { value(rank + $0) } }
  let all = (0..<communicator.size).map { contribution($0, count) }
  let own = all[communicator.rank]

  let sum = try communicator.allReduce(own, .sum)
  expect(sum == (0..<count).map { i in all.map { $0[i] }.reduce(.zero, &+++) }, "sum of \(all) is not \(sum)")
  let largest = try communicator.allReduce(own, .max)
  expect(largest == (0..<count).map { i in all.map { $0[i] }.max()! }, "max of \(all) is not \(largest)")
  let smallest = try communicator.allReduce(own, .min)
  expect(smallest == all[0], "min of \(all) is not \(smallest)")

  for root in 0..<communicator.size {
    expect(try communicator.broadcast(own, from: root) == all[root], "broadcast from \(root)")
    // Every rank's array has another length.
    let ragged = contribution(communicator.rank, count + communicator.rank)
    let gathered = try communicator.gather(ragged, to: root)
    let expected = (0..<communicator.size).map { contribution($0, count + $0) }
    expect(gathered == (communicator.rank == root ? expected : nil), "gather to \(root)")
    if root == 0 { expect(try communicator.allGather(ragged) == expected, "all-gather") }
  }
}

infix operator &+++ : AdditionPrecedence
/// Sums that wrap around for integers, as MPI's do.
private func &+++ <Scalar: MPIScalar>(left: Scalar, right: Scalar) -> Scalar {
  switch (left, right) {
  case (let left as UInt64, let right as UInt64): return (left &+ right) as! Scalar
  case (let left as Int64, let right as Int64): return (left &+ right) as! Scalar
  default: return left + right
  }
}

private struct Card: Codable, Equatable {
  var name: String
  var values: [Double]
}

private func probeCoding(_ communicator: Communicator) throws {
  let last = communicator.size - 1
  let card = Card(
    name: "µ₀ of rank \(communicator.rank)",
    values: [0.1, -.infinity, .leastNonzeroMagnitude, Double(communicator.rank)])
  let received = try communicator.broadcast(coding: card, from: last)
  expect(
    received == Card(name: "µ₀ of rank \(last)", values: [0.1, -.infinity, .leastNonzeroMagnitude, Double(last)]),
    "\(received)")
  expect(try communicator.broadcast(coding: communicator.rank, from: last) == last, "a single number")
  let cards = try communicator.gather(coding: card.name)
  expect(cards == (communicator.isRoot ? (0...last).map { "µ₀ of rank \($0)" } : nil), "\(cards ?? [])")
  let data = try communicator.broadcast(Data([1, 2, UInt8(communicator.rank)]), from: last)
  expect(data == Data([1, 2, UInt8(last)]), "\(data)")
}

/// Messages around a ring and to oneself, whole and in pieces, from several threads under one tag.
func probeMessages() throws {
  let world = try Communicator.world()
  for limit in [1, 3, 8, 9, 1000, Communicator.defaultElementsPerCall] {
    let communicator = try world.duplicate(elementsPerCall: limit)
    let following = (communicator.rank + 1) % communicator.size
    let previous = (communicator.rank + communicator.size - 1) % communicator.size
    for count in [0, 1, 2, 3, 7, 8, 9, 100] {
      let text = Data((0..<count).map { UInt8(($0 + communicator.rank) % 251) })
      try communicator.send(text, to: following, tag: 5)
      let (data, source) = try communicator.receiveData(from: previous, tag: 5)
      expect(source == previous && data == Data((0..<count).map { UInt8(($0 + previous) % 251) }), "\(count) bytes")

      let numbers = (0..<count).map { Float($0 + communicator.rank) }
      try numbers.withUnsafeBufferPointer { try communicator.send($0, to: following, tag: 6) }
      var received = [Float](repeating: -1, count: count)
      try received.withUnsafeMutableBufferPointer { try communicator.receive(into: $0, from: previous, tag: 6) }
      expect(received == (0..<count).map { Float($0 + previous) }, "\(count) floats")
    }
    try probeConcurrentMessages(communicator)
  }
  say("rank \(world.rank) of \(world.size): messages agree")
}

/// Four threads of every rank send to rank 0 under one tag; no message may be torn or mixed with another.
private func probeConcurrentMessages(_ communicator: Communicator) throws {
  let threads = 4
  let lengths = [0, 5, 50]
  runOnThreads(threads) { thread in
    for length in lengths {
      let fill = UInt8(communicator.rank * threads + thread)
      do {
        try communicator.send(Data([fill]) + Data(repeating: fill, count: length), to: 0, tag: 7)
      } catch {
        expect(false, "\(error)")
      }
    }
  }
  guard communicator.isRoot else { return }
  var lengthsOfSender: [UInt8: [Int]] = [:]
  for _ in 0..<communicator.size * threads * lengths.count {
    let (data, source) = try communicator.receiveData(tag: 7)
    expect(Set(data).count == 1 && Int(data[0]) / threads == source, "a torn message from \(source)")
    lengthsOfSender[data[0], default: []].append(data.count - 1)
  }
  expect(lengthsOfSender.count == communicator.size * threads, "all senders")
  expect(lengthsOfSender.values.allSatisfy { $0 == lengths }, "messages of one thread stay in order")
}

/// What the process finds itself in.
func probeInformation() throws {
  let world = try Communicator.world()
  let node = try world.sameNode()
  let threads = try Processors.defaultThreads(world)
  say("rank \(world.rank) of \(world.size), local rank \(node.rank) of \(node.size), \(threads) threads")
  if world.isRoot { report("\(Communicator.libraryVersion), \(Communicator.threadLevel)") }
}

/// `fault root|every|alone|mpi RANK`: how a failure of one rank ends all.
func probeFault(_ arguments: [String]) throws {
  let world = try Communicator.world()
  let rank = arguments.count > 1 ? Int(arguments[1])! : 0
  switch arguments[0] {
  case "root":
    try world.rootOnly { throw Fault.noInput("rank 0 found nothing") }
  case "every":
    _ = try world.everyRank { if world.rank == rank { throw Fault.badData("rank \(rank) found damage") } }
  case "missing":
    _ = try world.everyRank { if world.rank == rank { throw Fault.noInput("cannot read planes") } }
  case "version":
    let version = world.rank == rank ? "sheaf 0.1.0" : "sheaf 9.9.9"
    try RankAgreement.require(
      [
        .init("other arguments", "tile\nplanes", remedy: "start all ranks with the same command"),
        .init("another version of Sheaf", version, remedy: "install the same version on all nodes"),
      ], world)
  case "alone":
    if world.rank == rank { throw Fault.io("rank \(rank) lost its disk") }
    // The others wait for a message that never comes, and must be ended all the same.
    _ = try world.receiveData(tag: 9)
  case "mpi":
    if world.rank == rank {
      let numbers: [Float] = [1]
      try numbers.withUnsafeBufferPointer { try world.send($0, to: world.size + 3, tag: 1) }
    }
    try world.barrier()
  default: throw Fault.usage("fault root|every|missing|version|alone|mpi RANK")
  }
}
