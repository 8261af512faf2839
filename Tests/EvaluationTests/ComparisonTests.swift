import Evaluation
import Files
import Jobs
import MPI
import Scratch
import Synchronization
import Testing
import Voxels

/// What is checked before the pass, and how it is divided and stopped.
@Suite struct ComparisonTests {
  /// How many voxels were read.
  private final class Counter: Sendable {
    private let voxels = Mutex(0)
    func add(_ count: Int) { voxels.withLock { $0 += count } }
    var count: Int { voxels.withLock { $0 } }
  }

  /// A volume that counts what is read of it.
  private func counted(_ name: String, _ voxels: VoxelBuffer, _ counter: Counter, classes: VoxelClasses = .nonzero)
    -> EvaluatedVolume
  {
    EvaluatedVolume(name: name, extent: voxels.extent, classes: classes, objects: .components) {
      counter.add($0.count)
      return voxels.cropped(to: $0)
    }
  }

  private func noise(_ extent: Extent, seed: UInt64, density: Double = 0.3) -> VoxelBuffer {
    var numbers = SeededNumbers(seed: seed)
    return VoxelBuffer(extent, (0..<extent.count).map { _ in UInt8(numbers.uniform() < density ? 1 : 0) })
  }

  private func expectFault(_ kind: Fault.Kind, _ part: String, _ body: () throws -> Void) {
    let fault = #expect(throws: Fault.self) { try body() }
    #expect(fault?.kind == kind && fault?.message.contains(part) == true, "\(fault?.message ?? "nothing")")
  }

  @Test func whatCanBeKnownBeforehandIsRefusedBeforeAVoxelIsRead() throws {
    let counter = Counter()
    let volume = counted("p.tif", noise(Extent(30), seed: 1), counter)
    let other = counted("r.tif", noise(Extent(30, 30, 31), seed: 1), counter)
    expectFault(.badData, "p.tif is 30 × 30 × 30 voxels, but r.tif is 30 × 30 × 31") {
      _ = try Comparison(volume, other, EvaluationSettings(), .single())
    }
    var settings = EvaluationSettings()
    // Enough for the slabs, but not for the masks of clDice.
    settings.memoryInBytes = 100_000
    expectFault(.usage, "clDice of 30 × 30 × 30 voxels needs") {
      _ = try Comparison(volume, volume, settings, .single())
    }
    settings.memoryInBytes = 10_000
    expectFault(.usage, "--memory allows") { _ = try Comparison(volume, volume, settings, .single()) }
    #expect(counter.count == 0)
  }

  @Test func valuesWithoutAMeaningAreRefusedAfterOnePlane() throws {
    let extent = Extent(9, 4, 5)
    let counter = Counter()
    let labels = VoxelBuffer(extent, [UInt8](repeating: 7, count: extent.count))
    let known = VoxelClasses(.labels { $0 == 0 ? 0 : nil })
    expectFault(.badData, "r.tif holds the label 7") {
      _ = try Comparison(
        counted("p.tif", noise(extent, seed: 2), counter), counted("r.tif", labels, counter, classes: known),
        EvaluationSettings(), .single())
    }
    let probabilities = VoxelBuffer(extent, [Float](repeating: 0.9, count: extent.count))
    expectFault(.badData, "expected whole numbers") {
      _ = try Comparison(
        counted("p.tif", noise(extent, seed: 2), counter), counted("r.nii", probabilities, counter),
        EvaluationSettings(), .single())
    }
    #expect(counter.count == 4 * extent.y * extent.x)
  }

  /// The memory that the plan asks for is enough, and what is computed does not depend on how much there is.
  @Test func thePlansMemorySufficesAndChangesNothing() throws {
    for extent in [Extent(40, 20, 20), Extent(3, 50, 41), Extent(17, 9, 33)] {
      let prediction = EvaluatedVolume(name: "p", noise(extent, seed: 3, density: 0.6))
      let reference = EvaluatedVolume(name: "r", noise(extent, seed: 4, density: 0.5))
      var settings = EvaluationSettings()
      let plenty = try Comparison(prediction, reference, settings, .single())
      let expected = try plenty.run()
      for threads in [1, 2, 5] {
        settings.threads = threads
        settings.memoryInBytes = nil
        settings.memoryInBytes = try Comparison(prediction, reference, settings, .single()).plan.memoryPerRankInBytes
        #expect(try Comparison(prediction, reference, settings, .single()).run() == expected)
      }
    }
  }

  /// A volume that is smaller than a slab at most may be is still shared by the workers.
  @Test func everyThreadHasASlab() throws {
    let volume = EvaluatedVolume(
      name: "v", extent: Extent(192), classes: .nonzero, objects: .components,
      read: { VoxelBuffer(.uint8, $0.extent) })
    var settings = EvaluationSettings()
    for threads in 1...6 {
      settings.threads = threads
      #expect(try Comparison(volume, volume, settings, .single()).slabCount == threads)
    }
  }

  @Test func aRequestToStopEndsItInEveryPart() throws {
    let extent = Extent(20, 30, 30)
    var settings = EvaluationSettings()
    settings.planesAtATime = 5
    // Reading the n-th slab asks for the stop; the masks of clDice are read in a second pass.
    for slab in [1, 3, 6] {
      let asked = StopSignals()
      settings.stopSignals = asked
      let read = Counter()
      let volume = EvaluatedVolume(name: "v", extent: extent, classes: .nonzero, objects: .components) { region in
        read.add(region.extent.z == 5 ? 1 : 0)
        if read.count == slab { asked.requestStop("stopped by the test") }
        return VoxelBuffer(.uint8, region.extent)
      }
      let other = EvaluatedVolume(name: "o", VoxelBuffer(.uint8, extent))
      expectFault(.stopped, "evaluate stopped by the test") { _ = try evaluate(volume, other, settings) }
    }
    // While centrelines are found.
    let solid = [UInt8](repeating: 1, count: extent.count)
    solid.withUnsafeBufferPointer { mask in
      let asked = Counter()
      for listsForeground in [true, false] {
        #expect(throws: Fault.self) {
          try Skeleton(mask, extent: extent, listsForeground: listsForeground) {
            asked.add(1)
            if asked.count % 3 == 0 { throw Fault.stopped("stopped") }
          }
        }
      }
    }
  }

  @Test func differentVoxelSizesAreTold() throws {
    var prediction = EvaluatedVolume(name: "p.zarr", noise(Extent(4), seed: 5))
    var reference = EvaluatedVolume(name: "r.nii", noise(Extent(4), seed: 6))
    let doubts = { try Comparison(prediction, reference, EvaluationSettings(), .single()).doubts }
    #expect(try doubts() == [])
    prediction.voxelSizeInMicrometres = VoxelSize(4, 2, 2)
    #expect(try doubts() == [])
    reference.voxelSizeInMicrometres = VoxelSize(4, 2, 2.001)
    #expect(try doubts() == [])
    reference.voxelSizeInMicrometres = VoxelSize(5, 2, 2)
    #expect(try doubts().count == 1)
    reference.doubts = ["r.nii is doubtful"]
    #expect(try doubts().count == 2)
  }

  @Test func pairsAreCountedAsADictionaryWould() {
    var numbers = SeededNumbers(seed: 8)
    for limit in [1, 3, 40, 5000] {
      var expected: [ObjectOverlaps.Pair: Int] = [:]
      var counts = PairCounts()
      for _ in 0..<20_000 {
        let pair = ObjectOverlaps.Pair(
          prediction: Int(numbers.uniform() * Double(limit)), reference: Int(numbers.uniform() * Double(limit)))
        let voxels = 1 + Int(numbers.uniform() * 9)
        expected[pair, default: 0] += voxels
        counts.add(pair, voxels: voxels)
      }
      #expect(counts.entries.count == expected.count)
      #expect(counts.entries.allSatisfy { expected[$0.pair] == $0.voxels })
    }
  }
}
