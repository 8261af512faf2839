import Files
import Foundation
import Phantom
import Report
import Scratch
import Testing
import Voxels

/// What is given is described, or refused with a sentence.
@Suite struct ReportInputTests {
  private let scratch: ScratchDirectory
  private let extent = Extent(24, 64, 64)

  init() throws { scratch = try ScratchDirectory() }

  private func write(_ name: String, _ text: String) throws -> String {
    let path = scratch.file(name)
    try createDirectory(parentDirectory(of: path))
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private func labels(_ extent: Extent) throws -> VoxelBuffer {
    try SyntheticOrgan(extent: extent, seed: 5, structure: .nuclei).labels(Region(extent))
  }

  @Test func whatIsNothingIsRefused() throws {
    let text = try write("notes.txt", "hello")
    try createDirectory(scratch.file("empty"))
    #expect(refusal(scratch.file("absent"))?.kind == .noInput)
    for path in [text, scratch.file("empty")] {
      let fault = try #require(refusal(path))
      #expect(fault.kind == .badData && fault.message.contains("that a report describes"), "\(fault.message)")
    }
  }

  @Test func aStoreHalfWrittenIsNamed() throws {
    let half = try writeStore(scratch.file("half.zarr"), organ(.nuclei, extent), isFinished: false)
    #expect(try #require(refusal(half)).message.contains("is not finished"))
    let whole = try writeStore(scratch.file("whole.zarr"), organ(.nuclei, extent))
    let first = try #require(try report(whole, half).findings.first)
    #expect(first.severity == .error && first.text.contains("not finished"), "\(first)")
  }

  @Test func labelsOfAnotherExtentAreRefused() throws {
    let image = try writeStore(scratch.file("image.zarr"), organ(.nuclei, extent))
    let other = try writeStore(scratch.file("labels.zarr"), labels(Extent(16, 64, 64)), content: .labels)
    let fault = try #require(refusal(image, other))
    #expect(fault.message.contains("16 × 64 × 64") && fault.message.contains("24 × 64 × 64"), "\(fault.message)")
    let fitting = try writeStore(scratch.file("fitting.zarr"), labels(extent), content: .labels)
    #expect(try report(image, fitting).findings.allSatisfy { $0.severity == .note })
  }

  /// A threshold that somebody gave and that keeps far more than 0.5 would is named; one that a validation chose is not.
  @Test func aThresholdThatAValidationChoseIsNoFault() throws {
    let values = (0..<extent.count).map { UInt8($0 % 97 == 0 ? 200 : $0 % 19 == 0 ? 80 : 5) }
    let path = try writeStore(
      scratch.file("probabilities.zarr"), VoxelBuffer(extent, values),
      attributes: ["content": "probability", "maximum": 255])
    let sentence = "foreground from a probability of 0.2, as the validation of m chose"
    for (meanings, isFault) in [("", true), (", \"meanings\": {\"m\": \"\(sentence)\"}", false)] {
      _ = try write(
        "probabilities.zarr/.sheaf/settings.json",
        "{\"program\": \"sheaf\", \"version\": \"1\", \"command\": \"infer\", \"settings\": {\"threshold\": \"0.2\"}, "
          + "\"inputs\": [], \"warnings\": []\(meanings)}")
      let page = try report(path)
      let found = page.findings.contains { $0.text.contains("the threshold of 0.2 keeps") }
      #expect(found == isFault, "\(page.findings)")
    }
  }

  @Test func aTableOfOtherLabelsIsRefused() throws {
    let own = try writeStore(scratch.file("labels.zarr"), labels(extent), content: .labels)
    let columns =
      "id,voxels,centroid_z,centroid_y,centroid_x,start_z,start_y,start_x,end_z,end_y,end_x,mean_intensity\n"
    let outside = try write("outside.csv", columns + "1,8,90,9,9,89,8,8,91,10,10,5\n")
    #expect(try #require(refusal(own, outside)).message.contains("is not the object table of"))
    let absent = try write("absent.csv", columns + "987654,8,1,1,1,0,0,0,2,2,2,5\n")
    #expect(try #require(refusal(own, absent)).message.contains("is not in its box"))
    #expect(try #require(refusal(absent)).message.contains("without its labels"))
    // Numbers that are no places end in the same sentence.
    for numbers in ["1,8,1,1,1,-9,0,0,2,2,2,5", "1,8,nan,1,1,,,,,,,5", "1,8,1,1,1,1e300,0,0,1e300,2,2,5"] {
      let odd = try write("odd.csv", columns + numbers + "\n")
      #expect(try #require(refusal(own, odd)).message.contains("is not the object table of"), "\(numbers)")
    }
  }

  @Test func labelsBesideTheImageAreFound() throws {
    let organ = try SyntheticOrgan(extent: Extent(48, 128, 128), seed: 5, structure: .nuclei)
    let (image, truth) = organ.render(Region(organ.extent))
    let store = try writeStore(scratch.file("image.zarr"), image)
    let shifted = VoxelBuffer(.uint32, truth.extent)
    let (from, to) = (truth.array(of: UInt32.self), shifted.voxels(as: UInt32.self))
    for z in 0..<48 {
      for y in 0..<128 {
        for x in 0..<128 {
          let source = y < 64 ? x : (x + 128 - 6) % 128
          to[(z * 128 + y) * 128 + x] = from[(z * 128 + y) * 128 + source]
        }
      }
    }
    let right = try report(store, writeStore(scratch.file("right.zarr"), truth, content: .labels))
    #expect(right.findings.isEmpty, "\(right.findings.map(\.text))")
    let wrong = try report(store, writeStore(scratch.file("wrong.zarr"), shifted, content: .labels))
    let first = try #require(wrong.findings.first)
    #expect(first.text.contains("where y ≥ 64: by 6 voxels along −x"), "\(wrong.findings.map(\.text))")
  }

  @Test func trainingsThatWentAstrayAreNamed() throws {
    func run(_ name: String, _ loss: (Int) -> Double, finished: Bool = true) throws -> [ReportFinding] {
      var rows = "step,loss,learning_rate\n"
      for step in 0..<200 { rows += "\(step),\(loss(step)),0.01\n" }
      _ = try write("\(name)/metrics.csv", rows)
      let record = try write("\(name)/run.json", "{\"command\": \"finetune\", \"isFinished\": \(finished)}")
      return try report(parentDirectory(of: record)).findings
    }
    #expect(try run("good") { 1 / (1 + Double($0) / 20) }.isEmpty)
    #expect(
      try run("stopped", { 1 / (1 + Double($0) / 20) }, finished: false).contains {
        $0.text.contains("is not finished: 200 steps")
      })
    #expect(try run("diverged") { $0 < 90 ? 1 : .nan }.contains { $0.text.contains("from step 90 on") })
    #expect(try run("flat") { _ in 1 }.contains { $0.text.contains("has not fallen") })
    #expect(
      try run("rising") { $0 < 100 ? 1 - Double($0) / 120 : Double($0) / 200 }.contains {
        $0.text.contains("rose again")
      })
  }

  @Test func scoresAreTabulatedWithSpread() throws {
    func score(_ name: String, _ category: String, _ dice: Double, _ precision: Double, _ recall: Double) -> String {
      "{\"prediction\": \"\(name)\", \"reference\": \"r\", \"category\": \"\(category)\", \"dice\": \(dice), \"precision\": \(precision), \"recall\": \(recall)}"
    }
    let cases = [
      score("a", "isolated-dense", 0.8, 0.8, 0.8), score("b", "isolated-dense", 0.6, 0.6, 0.6),
      score("c", "contiguous-dense", 0.3, 0.95, 0.2),
    ]
    let page = try report(write("scores.json", "{\"cases\": [\(cases.joined(separator: ","))], \"means\": []}"))
    #expect(page.html.contains("0.700 ± 0.141") && page.html.contains("0.567 ± 0.252"))
    #expect(page.findings.count == 1)
    #expect(page.findings.first?.text.contains("c: much is missed: the probability threshold may be too high") == true)
  }
}
