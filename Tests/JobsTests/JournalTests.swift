import Files
import Foundation
import Jobs
import Launching
import Scratch
import Testing
import Threads

@Suite struct JournalTests {
  static let header = Journal.Header(command: "tile", name: "tile", unitCount: 4, identity: "chunk: 64\nµ: ä")

  /// A journal with units 2, 0 and 3 of 4.
  private func someJournal(_ path: String) throws {
    let journal = try Journal(creating: path, header: Self.header)
    try journal.append(unit: 2, payload: Data("two".utf8))
    try journal.append(unit: 0, payload: Data())
    try journal.append(unit: 3, payload: Data(repeating: 7, count: 100))
    try journal.flush()
  }

  private let payloads: [(unit: Int, payload: Data)] = [
    (2, Data("two".utf8)), (0, Data()), (3, Data(repeating: 7, count: 100)),
  ]

  @Test func whatIsWrittenIsRead() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/tile.journal"
      #expect(try Journal.read(path) == nil)
      try someJournal(path)
      let contents = try #require(try Journal.read(path))
      #expect(contents.header == Self.header)
      #expect(contents.payloads == Dictionary(uniqueKeysWithValues: payloads.map { ($0.unit, $0.payload) }))
      #expect(!contents.isComplete)
      let journal = try Journal(continuing: path, header: Self.header)
      try journal.append(unit: 1, payload: Data([1]))
      let all = [Data(), Data([1]), Data("two".utf8), Data(repeating: 7, count: 100)]
      #expect(try Journal.read(path)?.payloads == Dictionary(uniqueKeysWithValues: all.enumerated().map { ($0, $1) }))
      try journal.complete(all)
      let complete = try #require(try Journal.read(path))
      #expect(complete.isComplete && (0..<4).map { complete.payloads[$0] } == all)
    }
  }

  /// A kill or power cut leaves any prefix: whole records count, the torn one does not, and writing goes on.
  @Test func everyTornEndIsDropped() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/tile.journal"
      try someJournal(path)
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      let recordLengths = payloads.map { $0.payload.count + 32 }
      let headerEnd = whole.count - recordLengths.reduce(0, +)
      let ends = (0...3).map { headerEnd + recordLengths.prefix($0).reduce(0, +) }
      for length in headerEnd...whole.count {
        try whole.prefix(length).write(to: URL(fileURLWithPath: path))
        let contents = try #require(try Journal.read(path))
        let wholeRecords = ends.lastIndex { $0 <= length }!
        #expect(Set(contents.payloads.keys) == Set(payloads.prefix(wholeRecords).map(\.unit)))
        #expect(contents.validLength == ends[wholeRecords])
        try Journal(continuing: path, header: Self.header).append(unit: 1, payload: Data("one".utf8))
        let continued = try #require(try Journal.read(path))
        #expect(continued.payloads[1] == Data("one".utf8))
        #expect(continued.payloads.count == wholeRecords + 1)
      }
    }
  }

  /// No wrong byte anywhere is taken for a result, and none traps.
  @Test func everyDamagedByteIsNoticed() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/tile.journal"
      try someJournal(path)
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      let expected = Dictionary(uniqueKeysWithValues: payloads.map { ($0.unit, $0.payload) })
      for position in whole.indices {
        for flip in [UInt8(1), 0x80, 0xff] {
          var damaged = whole
          damaged[position] ^= flip
          try damaged.write(to: URL(fileURLWithPath: path))
          do {
            let contents = try #require(try Journal.read(path))
            #expect(contents.header == Self.header)
            #expect(contents.payloads.count < 3, "damage at \(position) went unnoticed")
            for (unit, payload) in contents.payloads { #expect(expected[unit] == payload) }
          } catch let fault as Fault {
            #expect(fault.kind == .badData)
          }
        }
      }
    }
  }

  @Test func aUnitBeyondThePlanIsIgnored() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/tile.journal"
      let journal = try Journal(creating: path, header: Self.header)
      try journal.append(unit: 4, payload: Data())
      #expect(try Journal.read(path)?.payloads.isEmpty == true)
    }
  }

  /// What a run enters while the next one waits for it is not lost, also when it ends and replaces the journal.
  @Test(arguments: [false, true]) func aRunThatEndsMeanwhileLosesNothing(completes: Bool) throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/tile.journal"
      let waits = DispatchSemaphore(value: 0)
      let ended = DispatchSemaphore(value: 0)
      let last = Handover(try Journal(creating: path, header: Self.header))
      try last.journal?.append(unit: 0, payload: Data("zero".utf8))
      startThread {
        waits.wait()
        usleep(100_000)
        try? last.journal?.append(unit: 1, payload: Data("one".utf8))
        if completes { try? last.journal?.complete((0..<4).map { Data("\($0)".utf8) }) }
        last.journal = nil
        ended.signal()
      }
      waits.signal()
      let second = try Journal(continuing: path, header: Self.header, patienceInSeconds: 300)
      ended.wait()
      if completes {
        #expect(second.contents.isComplete)
      } else {
        #expect(second.contents.payloads == [0: Data("zero".utf8), 1: Data("one".utf8)])
      }
      #expect(try Journal.read(path)?.payloads == second.contents.payloads)
    }
  }

  /// A journal on its way to another thread, which holds the last reference.
  private final class Handover: @unchecked Sendable {
    var journal: Journal?
    init(_ journal: Journal) { self.journal = journal }
  }

  @Test func aConcurrentRunIsRefused() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/tile.journal"
      let first = try Journal(creating: path, header: Self.header)
      let fault = #expect(throws: Fault.self) {
        try Journal(continuing: path, header: Self.header, patienceInSeconds: 0)
      }
      #expect(fault?.kind == .cannotCreate)
      try first.append(unit: 1, payload: Data())
    }
  }
}
