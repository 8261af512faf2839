import Files
import Foundation
import Jobs
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Training
import TrainingFixtures

/// Event files as TensorBoard itself reads them.
@Suite(.serialized) struct EventFileTests {
  /// What TensorBoard shows of a run: for each name (step, number) in order, and pictures as (step, width, height,
  /// bytes).
  private struct Shown: Decodable {
    var scalars: [String: [[Double]]]
    var images: [String: [[Int]]]
  }

  private func shown(_ run: String, by peers: PeerEnvironment) throws -> Shown {
    let program = """
      import json, sys
      from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
      events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0}).Reload()
      tags = events.Tags()
      print(json.dumps({
        "scalars": {tag: [[event.step, event.value] for event in events.Scalars(tag)] for tag in tags["scalars"]},
        "images": {tag: [[event.step, event.width, event.height, len(event.encoded_image_string)]
                         for event in events.Images(tag)] for tag in tags["images"]}}))
      """
    return try JSONDecoder().decode(Shown.self, from: Data(peers.run(program, arguments: [run]).utf8))
  }

  /// The columns of `metrics.csv`: for each name (step, number), empty fields left out.
  private func metrics(_ run: String) throws -> [String: [[Double]]] {
    let lines = try String(contentsOfFile: run + "/metrics.csv", encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    var columns: [String: [[Double]]] = [:]
    for row in lines.dropFirst() {
      for (name, field) in zip(lines[0], row).dropFirst() {
        // Events hold float32, rounded from a Double as here: a mean of two losses often lies just between two of them.
        if let number = Double(field) {
          columns[String(name), default: []].append([Double(row[0])!, Double(Float(number))])
        }
      }
    }
    return columns
  }

  @Test(.needsPeers) func tensorBoardShowsTheMetricsOfARunThatWasStoppedAndKilled() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    let run = directory.file("run")
    for stop in [5, 7] {
      let signals = StopSignals()
      var settings = TrainerSettings(stopSignals: signals)
      settings.stepDone = { if $0 == stop { signals.requestStop("stopped by the test") } }
      let trainer = try trainerOnWaves(tinyRecipe(steps: 9), run, settings: settings).trainer
      #expect(throws: Fault.self) { try trainer.run() }
    }
    // As after a kill: the checkpoint of the stop is gone, and the last record of the file is torn.
    try FileManager.default.removeItem(atPath: run + "/checkpoint/step-7.checkpoint")
    let files = try directoryEntries(run).filter { $0.hasPrefix(EventFile.namePrefix) }.sorted()
    #expect(files.count == 2)
    let last = joinPath(run, files[1])
    try Data(readWholeFile(last).dropLast(3)).write(to: URL(fileURLWithPath: last))
    _ = try trainerOnWaves(tinyRecipe(steps: 9), run).trainer.run()

    let found = try shown(run, by: peers).scalars
    let expected = try metrics(run)
    #expect(expected["loss"]?.map { $0[0] } == (0..<9).map(Double.init))
    #expect(found == expected)
  }

  @Test(.needsPeers) func numbersAndPicturesOfAnyKindAreReadBack() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    // A clock that stands still must not give two files one name.
    let now = { 1_700_000_000.5 }
    let first = try EventFile(inDirectory: directory.path, purgingFrom: 0, now: now)
    let png = Data((0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    for step in [0, 1, 127, 128, 1 << 40] {
      try first.append(step: step, [("loss", Double(step) / 3), ("rate", -1e-30)])
      try first.append(step: step, name: "picture", png: png.prefix(100 + step % 1000), width: 300, height: step + 1)
    }
    let second = try EventFile(inDirectory: directory.path, purgingFrom: 128, now: now)
    try second.append(step: 130, [("loss", 5)])
    try second.append(step: 130, name: "picture", png: png, width: 1, height: 2)
    #expect(second.path > first.path)

    let found = try shown(directory.path, by: peers)
    func float(_ number: Double) -> Double { Double(Float(number)) }
    #expect(found.scalars["loss"] == [[0, 0], [1, float(1 / 3)], [127, float(127 / 3)], [130, 5]])
    #expect(found.scalars["rate"] == [[0, float(-1e-30)], [1, float(-1e-30)], [127, float(-1e-30)]])
    let pictures = [[0, 300, 1, 100], [1, 300, 2, 101], [127, 300, 128, 227], [130, 1, 2, 70_000]]
    #expect(found.images["picture"] == pictures)
  }

  @Test func aDirectoryThatCannotBeWrittenIsAFault() throws {
    let directory = try ScratchDirectory()
    try publish("no directory", to: directory.file("run"))
    #expect(throws: Fault.self) { try EventFile(inDirectory: directory.file("run"), purgingFrom: 0) }
  }
}
