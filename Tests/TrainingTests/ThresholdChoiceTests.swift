import Evaluation
import Testing
import Training
import Voxels

/// Which probability threshold of foreground a validation chooses.
@Suite struct ThresholdChoiceTests {
  /// A volume of so many voxels of each stored value and class.
  private func histogram(_ voxels: [(value: UInt8, voxelClass: UInt8, count: Int)]) -> ProbabilityHistogram {
    let values = voxels.flatMap { [UInt8](repeating: $0.value, count: $0.count) }
    let classes = voxels.flatMap { [UInt8](repeating: $0.voxelClass, count: $0.count) }
    return ProbabilityHistogram(VoxelBuffer(Extent(1, 1, values.count), values), classes: classes)
  }

  private func choice(_ volumes: [(String, [(value: UInt8, voxelClass: UInt8, count: Int)])]) -> ThresholdChoice? {
    ThresholdChoice(volumes.map { (structure: $0.0, histogram: histogram($0.1)) })
  }

  /// Everything that separates the classes is as good; the nearest to 0.5 of these is taken.
  @Test func aFlatCurveStaysNearHalf() throws {
    let apart = try #require(choice([("a", [(20, 0, 900), (240, 1, 100)])]))
    #expect(apart.threshold == 0.5 && apart.dice == 1 && apart.diceAtHalf == 1)
    // 0.28 · 255 = 71.4: the first that takes in what is stored as 71 is 0.27, and above 0.28 it is lost.
    let low = try #require(choice([("a", [(20, 0, 900), (71, 1, 100)])]))
    #expect(low.threshold == 0.27 && low.dice == 1 && low.diceAtHalf == 0)
    let high = try #require(choice([("a", [(190, 0, 900), (240, 1, 100)])]))
    #expect(high.threshold == 0.75 && high.dice == 1, "\(high)")
  }

  /// A gain of less than 0.002 is chance.
  @Test func aSmallGainDoesNotMoveIt() throws {
    let small = try #require(choice([("a", [(20, 0, 9000), (100, 1, 2), (240, 1, 998)])]))
    #expect(small.threshold == 0.5)
    let large = try #require(choice([("a", [(20, 0, 9000), (100, 1, 20), (240, 1, 980)])]))
    #expect(large.threshold == 0.39 && large.dice == 1, "\(large)")
  }

  @Test func itStaysBetweenATenthAndNineTenths() throws {
    let lowest = try #require(choice([("a", [(5, 0, 900), (11, 1, 100), (26, 1, 1)])]))
    #expect(lowest.threshold == 0.1, "\(lowest)")
    let highest = try #require(choice([("a", [(250, 0, 900), (255, 1, 100)])]))
    // Nothing within the limits tells them apart.
    #expect(highest.threshold == 0.5)
  }

  /// One volume of a structure counts as much as three of another.
  @Test func structuresCountAlike() throws {
    // Both want thresholds of their own; the second loses more by the first's (0.4) than the other way round (0.33).
    let many = [(UInt8(20), UInt8(0), 900), (100, 1, 50), (240, 1, 50)]
    let one = [(UInt8(20), UInt8(0), 900), (100, 0, 133), (240, 1, 100)]
    let six = [String](repeating: "a", count: 6).map { ($0, many) }
    let both = try #require(choice(six + [("b", one)]))
    #expect(both.threshold == 0.5, "\(both)")
    let alone = try #require(choice(six + [("a", one)]))
    #expect(alone.threshold == 0.39, "\(alone)")
  }

  /// What volumes gain on average but not alike is chance; what all of them gain is not.
  @Test func volumesThatDisagreeDoNotMoveIt() throws {
    func volume(gaining: Int, losing: Int) -> [(value: UInt8, voxelClass: UInt8, count: Int)] {
      [(20, 0, 9000), (100, 1, gaining), (100, 0, losing), (240, 1, 500)]
    }
    let alike = (0..<6).map { _ in ("a", volume(gaining: 40, losing: 0)) }
    #expect(choice(alike)?.threshold == 0.39)
    let different = (0..<6).map {
      ("a", $0 % 2 == 0 ? volume(gaining: 160, losing: 0) : volume(gaining: 0, losing: 100))
    }
    let chosen = try #require(choice(different))
    #expect(chosen.threshold == 0.5, "\(chosen)")
    // The mean alone would have moved it.
    let gained = 1 - 1000.0 / (1000 + 160)
    let lost = 1 - 1000.0 / (1000 + 100)
    #expect(gained > lost + 0.01)
  }

  /// What is found where nothing is annotated counts against a threshold; alone, such volumes choose nothing.
  @Test func emptyVolumesCount() throws {
    let annotated = [(UInt8(20), UInt8(0), 900), (100, 1, 50), (240, 1, 50)]
    #expect(choice([("a", annotated)])?.threshold == 0.39)
    #expect(choice([("a", annotated), ("a", [(100, 0, 900)])])?.threshold == 0.5)
    #expect(choice([("a", annotated), ("b", [(100, 0, 900)])])?.threshold == 0.39)
    #expect(choice([("a", [(100, 0, 900)])]) == nil)
    #expect(choice([]) == nil)
  }

  @Test func ignoredVoxelsCountNowhere() throws {
    let volume = [(UInt8(20), UInt8(0), 900), (100, 255, 5000), (240, 1, 50)]
    #expect(choice([("a", volume)])?.threshold == 0.5)
    #expect(choice([("a", volume)])?.dice == 1)
  }
}

/// Below which size a validation chooses to drop objects.
@Suite struct ObjectSizeChoiceTests {
  /// - Parameters:
  ///   - qualities: with all objects and those from 8, 16, 32, 64 … voxels; of the largest sizes as with the last one given.
  ///   - smaller: of 100 annotated objects, those smaller than 8, 16, 32, 64 … voxels; the same.
  private func trial(_ qualities: [Double], smaller: [Int] = [0], objects: Int = 100) -> ObjectSizeChoice.Trial {
    func filled<Value>(_ values: [Value]) -> [Value] {
      values + [Value](repeating: values.last!, count: ObjectSizeChoice.candidates.count - values.count)
    }
    return ObjectSizeChoice.Trial(
      objects: objects, smallerObjects: filled([0] + smaller), qualities: filled(qualities))
  }

  private func size(_ trials: [(String, ObjectSizeChoice.Trial)]) -> Int? {
    ObjectSizeChoice(trials.map { (structure: $0.0, trial: $0.1) })?.size
  }

  @Test func theBestSizeIsTaken() {
    #expect(size([("a", trial([0.4, 0.5, 0.6, 0.55, 0.2]))]) == 16)
    // The smaller of two that are nearly as good.
    #expect(size([("a", trial([0.4, 0.5, 0.6, 0.601, 0.601]))]) == 16)
    #expect(size([("a", trial([0.4, 0.3, 0.2, 0.1, 0]))]) == 0)
    #expect(size([("a", trial([0.4, 0.405, 0.409, 0.4, 0.4]))]) == 0)
    #expect(size([("a", trial([0.4, 0.4, 0.5, 0.5, 0.5, 0.5, 0.6, 0.7]))]) == 512)
  }

  /// No size below which more than a twentieth of the annotated objects of a structure lie.
  @Test func annotatedObjectsLimitIt() {
    let qualities = [0.4, 0.5, 0.6, 0.7, 0.8]
    #expect(size([("a", trial(qualities, smaller: [0, 5, 6, 50]))]) == 16)
    #expect(size([("a", trial(qualities)), ("b", trial(qualities, smaller: [0, 6, 6, 6]))]) == 8)
    #expect(size([("a", trial(qualities, smaller: [6, 6, 6, 6]))]) == 0)
  }

  @Test func structuresCountAlike() {
    let (gains, loses) = ([0.4, 0.5, 0.5, 0.5, 0.5], [0.9, 0.75, 0.75, 0.75, 0.75])
    let six = [String](repeating: "a", count: 6).map { ($0, trial(gains)) }
    #expect(size(six + [("a", trial(loses))]) == 8)
    #expect(size(six + [("b", trial(loses))]) == 0)
  }

  /// What volumes gain on average but not alike is chance.
  @Test func volumesThatDisagreeDropNothing() {
    let (gains, loses) = ([0.4, 0.6, 0.6, 0.6, 0.6], [0.9, 0.75, 0.75, 0.75, 0.75])
    #expect(size([("a", trial(gains)), ("a", trial(loses))]) == 0)
    #expect(size([("a", trial(gains)), ("a", trial(gains))]) == 8)
  }

  @Test func withoutAnnotatedObjectsThereIsNoChoice() {
    #expect(size([("a", trial([0, 1, 1, 1, 1], objects: 0))]) == nil)
    #expect(size([]) == nil)
  }
}
