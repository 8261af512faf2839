import Evaluation
import Files
import Foundation
import MPI
import Testing
import Voxels

@Suite struct EvaluationTests {
  private func random(_ extent: Extent, _ seed: UInt64, values: Int) -> [UInt8] {
    var state = seed
    return (0..<extent.count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8((state >> 33) % UInt64(values))
    }
  }

  /// In any number of pieces, on any number of threads, the result is that of the whole.
  @Test func slabBySlabEqualsWholeForEverySmallExtent() throws {
    for z in 1...5 {
      for y in 1...4 {
        for x in 1...4 {
          let extent = Extent(z, y, x)
          let prediction = VoxelBuffer(extent, random(extent, UInt64(extent.count), values: 3))
          let reference = VoxelBuffer(extent, random(extent, UInt64(extent.count) + 77, values: 4))
          let classes = VoxelClasses(.labels { $0 == 3 ? VoxelClasses.ignored : $0 > 0 ? 1 : 0 })
          for objects in [EvaluatedVolume.Objects.components, .labels] {
            var settings = EvaluationSettings()
            settings.planesAtATime = z
            let predicted = EvaluatedVolume(name: "prediction", prediction, objects: objects)
            let truth = EvaluatedVolume(name: "reference", reference, classes: classes, objects: objects)
            let whole = try evaluate(predicted, truth, settings)
            for planes in 1..<max(2, z) {
              settings.planesAtATime = planes
              settings.threads = planes
              #expect(try evaluate(predicted, truth, settings) == whole, "\(extent) by \(planes) planes")
            }
          }
        }
      }
    }
  }

  @Test func labelsAreObjectsEvenWhereTheyTouch() throws {
    let extent = Extent(1, 1, 6)
    let reference = VoxelBuffer(extent, [UInt32(7), 7, 7, 9, 9, 9])
    let prediction = VoxelBuffer(extent, [UInt64(1 << 40), 1 << 40, 1 << 40, 3, 3, 0])
    let result = try evaluate(
      EvaluatedVolume(name: "p", prediction, objects: .labels),
      EvaluatedVolume(name: "r", reference, objects: .labels), EvaluationSettings())
    let quality = try #require(result.panopticQuality)
    #expect(quality.truePositives == 2)
    #expect(quality.falsePositives == 0)
    #expect(quality.falseNegatives == 0)
    #expect(abs(quality.quality! - (1 + 2.0 / 3) / 2) < 1e-15)
  }

  @Test func probabilitiesAreCutAtTheThreshold() throws {
    let extent = Extent(1, 1, 4)
    let prediction = VoxelBuffer(extent, [Float(0.1), 0.5, 0.49, 0.9])
    let reference = VoxelBuffer(extent, [UInt8(0), 1, 1, 1])
    let result = try evaluate(
      EvaluatedVolume(name: "p", prediction, classes: VoxelClasses(.atLeast(0.5))),
      EvaluatedVolume(name: "r", reference), EvaluationSettings())
    #expect(result.counts.truePositives == 2)
    #expect(result.counts.falseNegatives == 1)
    #expect(result.counts.dice == 0.8)
  }

  @Test func nothingOnEitherSideHasNoScore() throws {
    let empty = VoxelBuffer(.uint8, Extent(3))
    let result = try evaluate(
      EvaluatedVolume(name: "p", empty), EvaluatedVolume(name: "r", empty), EvaluationSettings())
    #expect(result.counts.dice == nil)
    #expect(result.panopticQuality?.quality == nil)
    #expect(result.centrelineDice?.score == nil)
  }

  @Test func anImpossibleEvaluationIsRefusedWithOneSentence() {
    let small = EvaluatedVolume(name: "small.nii", VoxelBuffer(.uint8, Extent(2)))
    let large = EvaluatedVolume(name: "large.nii", VoxelBuffer(.uint8, Extent(3)))
    expectFault(.badData, "small.nii is 2 × 2 × 2 voxels, but large.nii is 3 × 3 × 3") {
      _ = try evaluate(small, large, EvaluationSettings())
    }
    var settings = EvaluationSettings()
    settings.memoryInBytes = 100
    expectFault(.usage, "--memory allows 100 bytes") { _ = try evaluate(large, large, settings) }
    settings.memoryInBytes = 1 << 40
    let huge = EvaluatedVolume(
      name: "huge", extent: Extent(10_000), classes: .nonzero, objects: .components, read: { _ in fatalError("read") })
    settings.memoryInBytes = 1 << 20
    expectFault(.usage, "of memory") { _ = try evaluate(huge, huge, settings) }
    let unknown = EvaluatedVolume(
      name: "labels.tif", VoxelBuffer(Extent(1, 1, 2), [UInt8(1), 5]),
      classes: VoxelClasses(.labels { $0 == 1 ? 1 : nil }))
    expectFault(.badData, "labels.tif holds the label 5") {
      _ = try evaluate(unknown, unknown, EvaluationSettings())
    }
    let noLabels = EvaluatedVolume(name: "p.tif", VoxelBuffer(Extent(1, 1, 1), [Float.nan]))
    expectFault(.badData, "p.tif holds the value nan") {
      _ = try evaluate(noLabels, noLabels, EvaluationSettings())
    }
  }

  @Test func labelsOfEveryTypeHaveTheirClasses() throws {
    let extent = Extent(1, 2, 3)
    let classes = VoxelClasses(
      .labels { value in
        switch value {
        case 2: VoxelClasses.foreground
        case 1, 3: VoxelClasses.background
        default: VoxelClasses.ignored
        }
      })
    let expected: [UInt8] = [255, 0, 1, 0, 255, 1]
    func check<Scalar: VoxelScalar>(_ voxels: [Scalar]) throws {
      #expect(try classes.classes(of: VoxelBuffer(extent, voxels), name: "l.tif") == expected)
    }
    try check([0, 1, 2, 3, 4, 2] as [UInt8])
    try check([0, 1, 2, 3, 4, 2] as [UInt16])
    try check([0, 1, 2, 3, 4, 2] as [Int16])
    try check([0, 1, 2, 3, 4, 2] as [UInt32])
    try check([0, 1, 2, 3, 4, 2] as [UInt64])
    try check([0, 1, 2, 3, 4, 2] as [Float])
    for value in [Float(0.5), .nan, .infinity] {
      expectFault(.badData, "l.nii holds the value") {
        _ = try classes.classes(of: VoxelBuffer(Extent(1), [value]), name: "l.nii")
      }
    }
  }

  @Test func centrelinesThatDoNotFitAreRefused() {
    let mask = EvaluatedVolume(name: "m", VoxelBuffer(.uint8, Extent(40)))
    var settings = EvaluationSettings()
    settings.memoryInBytes = 100_000
    settings.planesAtATime = 1
    expectFault(.usage, "clDice of 40 × 40 × 40 voxels needs") { _ = try evaluate(mask, mask, settings) }
    settings.withCentrelineDice = false
    #expect(throws: Never.self) { try evaluate(mask, mask, settings) }
  }

  private func expectFault(_ kind: Fault.Kind, _ part: String, _ body: () throws -> Void) {
    do {
      try body()
      Issue.record("nothing was thrown; expected '\(part)'")
    } catch let fault as Fault {
      #expect(fault.kind == kind)
      #expect(fault.message.contains(part), "\(fault.message)")
    } catch {
      Issue.record("\(error)")
    }
  }
}
