import Corpus
import Foundation
import IntensityStatistics
import Scratch
import Testing
import Voxels

struct SelectionTests {
  /// Values of an independent implementation of the documented hash.
  @Test func keysAreFixedForAllTime() {
    #expect(selectionKey(seed: 0, volume: 0, channel: 0, origin: .zero) == 0xcbd3_7ad2_9b93_b094)
    #expect(
      selectionKey(seed: 42, volume: 0x0123_4567_89ab_cdef, channel: 1, origin: Coordinate(300, 600, 900))
        == 0x1bb0_045c_fe59_8e05)
    #expect(
      selectionKey(seed: .max, volume: .max, channel: 0, origin: Coordinate(1_000_000, 0, 299))
        == 0x2b9b_7ad4_0dea_5854)
    let grid = StatisticsGrid(volume: Extent(2, 3, 4), type: .uint16, run: 2)
    let voxels = [UInt16](repeating: 7, count: 20) + [9, 9, 9, 9]
    grid.add(VoxelBuffer(Extent(2, 3, 4), voxels), at: .zero)
    #expect(volumeIdentity(of: grid) == 0x7e5d_56f3_2199_4c9f)
  }

  @Test func identityDoesNotDependOnHowTheVolumeIsChunked() {
    let buffer = phantomVoxels(Extent(10, 11, 12), seed: 1)
    let identities = [1, 4, 12, 100].map { run in
      let grid = StatisticsGrid(volume: buffer.extent, type: .uint16, run: run)
      grid.add(buffer, at: .zero)
      return volumeIdentity(of: grid)
    }
    #expect(Set(identities).count == 1)
  }

  /// Sources whose patches are outside, low-signal or signal by chance.
  private func sources(seed: UInt64) -> [JudgedSource] {
    var numbers = SeededNumbers(seed: seed)
    return (0..<6).map { number in
      let extent = Extent(10 + number, 95, 100)
      let count = CorpusOptions(patchEdge: 10).patches(of: extent).count
      return JudgedSource(
        volume: numbers.next(), structure: number % 2 == 0 ? "vessels" : "nuclei", channel: 0, extent: extent,
        model: BackgroundModel(
          floor: NoiseFloor(mean: 100, deviation: 5), noise: NoiseModel(level: 100, deviation: 5, gain: 1),
          surround: Surround(kind: .air, limit: 125, overlap: 0), contrast: 8),
        normalisation: Normalisation(
          lowerClip: 0, upperClip: 1, mean: 0, deviation: 1, background: 0, saturation: nil),
        brightness: (0..<count).map { _ in numbers.uniform() < 0.2 ? 110 : 500 },
        tailContrast: (0..<count).map { _ in numbers.uniform() * 10 })
    }
  }

  /// Taken patches by volume and origin.
  private func taken(_ sources: [JudgedSource], _ options: CorpusOptions) -> Set<String> {
    Set(selectPatches(sources, options).filter(\.isTaken).map { "\(sources[$0.source].volume) \($0.region)" })
  }

  @Test func aLargerShareKeepsWhatASmallerOneKeeps() {
    let sources = sources(seed: 3)
    for whole in CorpusOptions.Whole.allCases {
      var previous: Set<String> = []
      for share in [0, 0.01, 0.02, 0.05, 0.1, 0.3, 0.9] {
        let found = taken(sources, CorpusOptions(patchEdge: 10, lowSignalShare: share, lowSignalOf: whole, seed: 9))
        #expect(found.isSuperset(of: previous))
        previous = found
      }
    }
  }

  @Test func orderOfSourcesDoesNotMatter() {
    var numbers = SeededNumbers(seed: 4)
    let sources = sources(seed: 5)
    let options = CorpusOptions(patchEdge: 10, lowSignalShare: 0.13, seed: 77)
    let expected = taken(sources, options)
    for _ in 0..<5 { #expect(taken(sources.shuffled(using: &numbers), options) == expected) }
    var other = options
    other.seed = 78
    #expect(taken(sources, other) != expected)
  }

  @Test func countsAreWhatTheShareSays() {
    let sources = sources(seed: 6)
    let pool = CorpusOptions(patchEdge: 10, lowSignalShare: 0.05, seed: 1)
    for summary in summarise(selectPatches(sources, pool), structures: sources.map(\.structure)) {
      #expect(summary.lowSignalKept == Int((0.05 * Double(summary.lowSignal)).rounded()))
      // One in ten of those without signal lies outside.
      #expect(summary.outsideKept == Int((Double(summary.lowSignalKept) / 9).rounded()))
      #expect(summary.taken == summary.signal + summary.lowSignalKept + (summary.outsideKept ?? 0))
      #expect(summary.outside + summary.lowSignal + summary.signal == summary.patches)
    }
    let corpus = CorpusOptions(patchEdge: 10, lowSignalShare: 0.05, lowSignalOf: .corpus, seed: 1)
    for summary in summarise(selectPatches(sources, corpus), structures: sources.map(\.structure)) {
      let share = Double(summary.lowSignalKept) / Double(summary.taken)
      #expect(share >= 0.05 && share < 0.05 + 1 / Double(summary.taken))
    }
    #expect(retainedCount(pool: 100, signal: 0, CorpusOptions(lowSignalShare: 0.07)) == 7)
    #expect(retainedCount(pool: 9, signal: 0, CorpusOptions(lowSignalShare: 0.05)) == 0)
    #expect(retainedCount(pool: 10, signal: 0, CorpusOptions(lowSignalShare: 0.05)) == 1)
    #expect(retainedCount(pool: 0, signal: 50, CorpusOptions(lowSignalShare: 0.05)) == 0)
    #expect(retainedCount(pool: 4, signal: 1000, CorpusOptions(lowSignalShare: 0.5, lowSignalOf: .corpus)) == 4)
    #expect(retainedCount(pool: 40, signal: 10, CorpusOptions(lowSignalShare: 1)) == 40)
  }

  @Test func outsideIsRetainedInTheStatedProportion() {
    let sources = sources(seed: 10)
    for share in [0, 0.1, 0.25, 0.5] {
      let options = CorpusOptions(patchEdge: 10, lowSignalShare: 0.1, outsideShare: share, seed: 2)
      for summary in summarise(selectPatches(sources, options), structures: sources.map(\.structure)) {
        let outside = Double(summary.outsideKept ?? 0)
        let wanted = share * (outside + Double(summary.lowSignalKept))
        #expect(abs(outside - wanted) <= 1, "\(summary)")
      }
    }
    #expect(throws: (any Error).self) { try CorpusOptions(outsideShare: 1).check() }
    #expect(throws: (any Error).self) { try CorpusOptions(outsideShare: -0.1).check() }
    // Corpora of earlier versions kept none.
    #expect(retainedOutsideCount(lowSignal: 100, CorpusOptions(outsideShare: nil)) == 0)
  }

  @Test func contrastsOfSingleStructures() {
    let sources = sources(seed: 7)
    let options = CorpusOptions(patchEdge: 10, contrastOfStructure: ["vessels": 0])
    let summaries = summarise(selectPatches(sources, options), structures: sources.map(\.structure))
    #expect(summaries.map(\.structure) == ["nuclei", "vessels"])
    #expect(summaries[0].lowSignal > 0 && summaries[1].lowSignal == 0)
  }

  @Test func tablesComeBackAndDamageIsFound() throws {
    var options = CorpusOptions(patchEdge: 10)
    options.seed = 3
    let judged = sources(seed: 8)
    let patches = selectPatches(judged, options)
    let described = judged.map { source in
      CorpusSource(
        name: "x", path: "x", volume: "", structure: "a \"b\", \(source.structure)", category: "", channel: 0,
        extent: source.extent, voxelType: .uint16, voxelSizeInMicrometres: nil, patchExtent: Extent(10),
        patchCount: 0, takenCount: 0, floor: source.model.floor, normalisation: source.normalisation, packedPath: nil)
    }
    let text = PatchTable.text(patches, sources: described)
    #expect(try PatchTable.parse(Data(text.utf8), path: "t", sources: described) == patches)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (find, put) in [
      (",0,0,0,10,", ",0,0,91,10,"), (",10,10,10,", ",10,10,11,"), ("outside", "inside"), ("0,0,", "0,9,"),
      (",no,", ",perhaps,"), ("\"", ""), (",no,", ",yes,"),
    ] {
      var damaged = lines.map(String.init)
      damaged[1] = damaged[1].replacingOccurrences(of: find, with: put)
      if damaged[1] == lines[1] { continue }
      #expect(throws: (any Error).self) {
        try PatchTable.parse(Data(damaged.joined(separator: "\n").utf8), path: "t", sources: described)
      }
    }
    #expect(throws: (any Error).self) {
      try PatchTable.parse(Data(text.utf8.dropLast(9)), path: "t", sources: described)
    }
    #expect(throws: (any Error).self) { try PatchTable.parse(Data([0xff, 0xfe]), path: "t", sources: described) }
  }
}
