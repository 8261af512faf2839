import Files
import Foundation
import Jobs
import Recipes
import Scratch
import Testing
import Torch
import Training

@Suite struct CheckpointTests {
  /// Numbers that differ from step to step.
  private func tensors(_ step: Int, count: Int = 50) throws -> [(name: String, tensor: Tensor)] {
    [
      ("weights", try .copying((0..<count).map { Float($0 + step) }, shape: [count])),
      ("sgd-velocity", try .copying((0..<count).map { Float($0) / Float(step + 1) }, shape: [count])),
    ]
  }

  private func floats(_ tensors: [(name: String, tensor: Tensor)]) throws -> [[Float]] {
    try tensors.map { try $0.tensor.floats() }
  }

  /// What the store gives back.
  private func restored(_ store: CheckpointStore) throws -> (step: Int?, values: [[Float]], notes: [String]) {
    let place = try tensors(0)
    let (step, notes) = try store.restoreLatest(into: place)
    return (step, try floats(place), notes)
  }

  @Test func theLastTwoAreKeptAndTheLastIsRead() throws {
    let directory = try ScratchDirectory()
    let store = CheckpointStore(directory.path)
    #expect(try restored(store).step == nil)
    for step in [5, 10, 15, 120] { try store.save(step: step, tensors(step)) }
    #expect(try directoryEntries(directory.path) == ["step-120.checkpoint", "step-15.checkpoint"])
    let found = try restored(store)
    #expect(found.step == 120)
    #expect(try found.values == floats(tensors(120)))
    #expect(found.notes.isEmpty)
  }

  @Test func everyTruncationAndEveryChangedByteFallsBackToTheOneBefore() throws {
    let directory = try ScratchDirectory()
    let store = CheckpointStore(directory.path)
    try store.save(step: 1, tensors(1))
    try store.save(step: 2, tensors(2))
    let path = directory.file("step-2.checkpoint")
    let whole = try readWholeFile(path)
    var damaged: [Data] = stride(from: 0, to: whole.count, by: 7).map { whole.prefix($0) }
    damaged.append(whole + Data([0]))
    for position in stride(from: 0, to: whole.count, by: 3) {
      var copy = whole
      copy[position] ^= 0x10
      damaged.append(copy)
    }
    for position in 8..<32 {
      var copy = whole
      copy[position] = 0xff
      damaged.append(copy)
    }
    let expected = try floats(tensors(1))
    for data in damaged {
      try publish(data, to: path)
      let found = try restored(store)
      #expect(found.step == 1)
      #expect(found.values == expected)
      #expect(found.notes.count == 1 && found.notes[0].contains("step-2.checkpoint"))
    }
  }

  @Test func whenAllAreDamagedTrainingDoesNotStartOver() throws {
    let directory = try ScratchDirectory()
    let store = CheckpointStore(directory.path)
    try publish("short", to: directory.file("step-3.checkpoint"))
    let fault = #expect(throws: Fault.self) { try restored(store) }
    #expect(fault?.kind == .badData)
  }

  @Test func everyBitCountsAlsoThatOfTheStep() throws {
    let directory = try ScratchDirectory()
    let store = CheckpointStore(directory.path)
    try store.save(step: 1, tensors(1, count: 9))
    try store.save(step: 2, tensors(2, count: 9))
    let path = directory.file("step-2.checkpoint")
    let whole = try readWholeFile(path)
    let place = try tensors(0, count: 9)
    for bit in 0..<(8 * whole.count) {
      var copy = whole
      copy[bit / 8] ^= 1 << (bit % 8)
      try publish(copy, to: path)
      let found = try store.restoreLatest(into: place)
      #expect(found.step == 1 && found.notes.count == 1, "bit \(bit)")
    }
    // A checkpoint under another's name is not taken for it.
    try publish(readWholeFile(directory.file("step-1.checkpoint")), to: path)
    let found = try store.restoreLatest(into: place)
    #expect(found.step == 1 && found.notes.count == 1 && found.notes[0].contains("holds step 1"))
  }

  @Test func anotherNetworksOrOptimisersCheckpointIsRefusedByName() throws {
    let directory = try ScratchDirectory()
    let store = CheckpointStore(directory.path)
    try store.save(step: 3, tensors(3))
    let other = try tensors(0, count: 51)
    let larger = #expect(throws: Fault.self) { try store.restoreLatest(into: other) }
    #expect(larger?.kind == .usage && larger?.message.contains("51") == true)
    let adamW = try TrainingState(
      FlatParameters([Parameter("a", .zeros([50]))]), recipe: adamWRecipe(PretrainingRecipe.standard(tier: "XS")!))
    let fault = #expect(throws: Fault.self) { try store.restoreLatest(into: adamW.tensors) }
    #expect(fault?.kind == .usage)
    #expect(fault?.message.contains("sgd-velocity") == true && fault?.message.contains("adamw-first_moment") == true)
  }

  private func adamWRecipe(_ recipe: PretrainingRecipe) -> TrainingRecipe {
    var training = recipe.training
    training.optimizer = "adamw"
    return training
  }
}

@Suite struct RunDirectoryTests {
  private func record(_ identity: String, command: String = "pretrain") -> RunRecord {
    RunRecord(command: command, programVersion: "1", identity: OutputIdentity(identity))
  }

  @Test func aRunIsResumedByTheSameIdentityOnly() throws {
    let temporary = try ScratchDirectory()
    let directory = RunDirectory(temporary.file("run"))
    let mine = record("steps: 5\nbatch: 2")
    #expect(try directory.state(for: mine) == .new)
    try directory.begin(mine, recipe: "steps: 5\n")
    #expect(try directory.state(for: mine) == .begun)
    try directory.finish(mine)
    #expect(try directory.state(for: mine) == .finished)
    var newer = mine
    newer.programVersion = "2"
    #expect(try directory.state(for: newer) == .finished)
    let other = record("steps: 6\nbatch: 2")
    let fault = #expect(throws: Fault.self) { try directory.state(for: other) }
    #expect(fault?.kind == .cannotCreate)
    #expect(fault?.message.contains("steps: 5") == true && fault?.message.contains("steps: 6") == true)
    #expect(throws: Fault.self) {
      try directory.state(for: record(mine.identity.text, command: "finetune"))
    }
  }

  /// What a flipped bit makes of the record is refused, unless it changes nothing that is in it.
  @Test func aDamagedRecordIsRefused() throws {
    let temporary = try ScratchDirectory()
    let directory = RunDirectory(temporary.path)
    let mine = record("steps: 5\nbatch: 2")
    try directory.begin(mine, recipe: "steps: 5\n")
    let whole = try readWholeFile(directory.record)
    var refusals = 0
    for bit in 0..<(8 * whole.count) {
      var damaged = whole
      damaged[bit / 8] ^= 1 << (bit % 8)
      try damaged.write(to: URL(fileURLWithPath: directory.record))
      do {
        #expect(try directory.state(for: mine) == .begun, "bit \(bit)")
      } catch let fault as Fault {
        #expect(fault.kind == .badData && fault.message.contains("run.json"), "bit \(bit): \(fault.message)")
        refusals += 1
      }
    }
    #expect(refusals > 6 * whole.count)
  }

  /// Version 1 of `run.json` and `validation.json`, as Sheaf 0.1 wrote them.
  @Test func runsOfTheFirstFormatAreResumed() throws {
    let temporary = try ScratchDirectory()
    let directory = RunDirectory(temporary.path)
    for (isFinished, expected) in [(false, RunDirectory.State.begun), (true, .finished)] {
      try publish(
        """
        {
          "command" : "pretrain",
          "identity" : "steps: 5\\nbatch: 2",
          "is_finished" : \(isFinished),
          "program_version" : "0.1.0"
        }
        """, to: temporary.file("run.json"))
      #expect(try directory.state(for: record("steps: 5\nbatch: 2")) == expected)
    }
    let validation = Data(
      """
      {"scores": {"cl_dice": 0.4, "dice": 0.5}, "volumes": [{"category": "contiguous", "cl_dice": 0.4, "dice": 0.5,
      "false_negatives": 1, "false_positives": 1, "image": "a.tif", "structure": "axons", "true_positives": 1}]}
      """.utf8)
    #expect(try ValidationResult(json: validation).scores == ValidationScores(dice: 0.5, centrelineDice: 0.4))
    try publish(
      #"{"command": "pretrain", "formatVersion": 3, "identity": "steps: 5", "isFinished": true, "programVersion": "9"}"#,
      to: temporary.file("run.json"))
    #expect(throws: Fault.self) { try directory.state(for: record("steps: 5")) }
  }

  @Test func aDirectoryOfSomethingElseIsNeverTaken() throws {
    let temporary = try ScratchDirectory()
    try publish("precious", to: temporary.file("notes.txt"))
    #expect(throws: Fault.self) { try RunDirectory(temporary.path).state(for: record("a")) }
    #expect(throws: Fault.self) { try RunDirectory(temporary.file("notes.txt")).state(for: record("a")) }
    #expect(fileExists(temporary.file("notes.txt")))
  }
}
