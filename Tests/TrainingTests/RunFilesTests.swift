import Files
import Foundation
import Testing
import Training

@Suite struct CheckpointTests {
  private func checkpoint(_ step: Int) -> Checkpoint {
    Checkpoint(
      step: step, values: (0..<50).map { Float($0 + step) }, velocity: (0..<50).map { Float($0) / Float(step + 1) })
  }

  @Test func theLastTwoAreKeptAndTheLastIsRead() throws {
    let directory = try TemporaryDirectory()
    let store = CheckpointStore(directory.root)
    #expect(try store.latest(flatCount: 50).checkpoint == nil)
    for step in [5, 10, 15, 120] { try store.save(checkpoint(step)) }
    #expect(try directoryEntries(directory.root) == ["step-120.checkpoint", "step-15.checkpoint"])
    let (found, notes) = try store.latest(flatCount: 50)
    #expect(found == checkpoint(120))
    #expect(notes.isEmpty)
  }

  @Test func everyTruncationAndEveryChangedByteFallsBackToTheOneBefore() throws {
    let directory = try TemporaryDirectory()
    let store = CheckpointStore(directory.root)
    try store.save(checkpoint(1))
    try store.save(checkpoint(2))
    let path = directory.path("step-2.checkpoint")
    let whole = try readWholeFile(path)
    var damaged: [Data] = stride(from: 0, to: whole.count, by: 7).map { whole.prefix($0) }
    damaged.append(whole + Data([0]))
    for position in stride(from: 0, to: whole.count, by: 3) where !(8..<16).contains(position) {
      var copy = whole
      copy[position] ^= 0x10
      damaged.append(copy)
    }
    for data in damaged {
      try publish(data, to: path)
      let (found, notes) = try store.latest(flatCount: 50)
      #expect(found == checkpoint(1))
      #expect(notes.count == 1 && notes[0].contains("step-2.checkpoint"))
    }
  }

  @Test func whenAllAreDamagedNothingIsStartedAnew() throws {
    let directory = try TemporaryDirectory()
    let store = CheckpointStore(directory.root)
    try publish("short", to: directory.path("step-3.checkpoint"))
    let fault = #expect(throws: Fault.self) { try store.latest(flatCount: 50) }
    #expect(fault?.kind == .badData)
  }

  @Test func anotherNetworksCheckpointIsRefused() throws {
    let directory = try TemporaryDirectory()
    let store = CheckpointStore(directory.root)
    try store.save(checkpoint(3))
    #expect(throws: Fault.self) { try store.latest(flatCount: 51) }
  }
}

@Suite struct RunDirectoryTests {
  private func record(_ identity: String, command: String = "pretrain") -> RunDirectory.Record {
    RunDirectory.Record(command: command, programVersion: "1", identity: identity)
  }

  @Test func aRunIsResumedByTheSameIdentityOnly() throws {
    let temporary = try TemporaryDirectory()
    let directory = RunDirectory(temporary.path("run"))
    let mine = record("steps: 5\nbatch: 2")
    #expect(try directory.state(for: mine, overwrite: false) == .new)
    try directory.begin(mine, recipe: "steps: 5\n")
    #expect(try directory.state(for: mine, overwrite: false) == .begun)
    try directory.finish(mine)
    #expect(try directory.state(for: mine, overwrite: false) == .finished)
    var newer = mine
    newer.programVersion = "2"
    #expect(try directory.state(for: newer, overwrite: false) == .finished)
    let other = record("steps: 6\nbatch: 2")
    let fault = #expect(throws: Fault.self) { try directory.state(for: other, overwrite: false) }
    #expect(fault?.kind == .cannotCreate)
    #expect(fault?.message.contains("steps: 5") == true && fault?.message.contains("steps: 6") == true)
    #expect(throws: Fault.self) {
      try directory.state(for: record(mine.identity, command: "finetune"), overwrite: false)
    }
    #expect(try directory.state(for: other, overwrite: true) == .new)
    try publish("old", to: joinPath(directory.checkpoints, "step-1.checkpoint"))
    try directory.begin(other, recipe: "steps: 6\n")
    #expect(try directoryEntries(directory.checkpoints).isEmpty)
  }

  @Test func aDirectoryOfSomethingElseIsNeverTaken() throws {
    let temporary = try TemporaryDirectory()
    try publish("precious", to: temporary.path("notes.txt"))
    for overwrite in [false, true] {
      #expect(throws: Fault.self) { try RunDirectory(temporary.root).state(for: record("a"), overwrite: overwrite) }
      #expect(throws: Fault.self) {
        try RunDirectory(temporary.path("notes.txt")).state(for: record("a"), overwrite: overwrite)
      }
    }
    #expect(fileExists(temporary.path("notes.txt")))
  }
}
