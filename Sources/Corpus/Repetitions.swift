import Files
import IntensityStatistics
import Voxels

/// What the voxels of cells and patches are recognised by when sources are compared, taken from the statistics: the
/// histogram in coarse bins and the exact sums. Equal for equal voxels, whatever the volume and its grid of cells.
struct CellSignatures {
  private let grid: StatisticsGrid
  /// Of each cell of `grid.statistics.values`, its counts, each times a number that belongs to its bin, added up: the sum
  /// over the cells of a patch belongs to the counts of the patch.
  private let sums: [UInt64]
  /// Whether so many values occur that other voxels hardly have the same counts of each.
  private let isTelling: [Bool]

  /// Odd, one for each coarse bin.
  private static let factors = (0..<4096).map { Fingerprint.mixed(UInt64($0)) | 1 }

  init(_ grid: StatisticsGrid) {
    precondition(grid.binning.coarseBinCount <= Self.factors.count, "\(grid.type) has too many coarse bins")
    self.grid = grid
    let values = grid.statistics.values
    var sums: [UInt64] = []
    var isTelling: [Bool] = []
    sums.reserveCapacity(values.count)
    isTelling.reserveCapacity(values.count)
    Self.factors.withUnsafeBufferPointer { factors in
      values.withUnsafeBufferPointer { values in
        for place in values.indices {
          sums.append(values[place].weightedSum(factors))
          isTelling.append(values[place].isTelling)
        }
      }
    }
    (self.sums, self.isTelling) = (sums, isTelling)
  }

  /// Nil where the cells do not tile the patch, so that they say more than the patch holds, or the patch is too plain to be
  /// told from others.
  func signature(of region: Region) -> UInt64? {
    let edge = grid.cells.cell
    for axis in 0..<3 {
      let end = region.end[axis]
      guard region.origin[axis] % edge[axis] == 0, end % edge[axis] == 0 || end == grid.volume[axis] || axis == 0 else {
        return nil
      }
    }
    var voxelCount = 0
    var (sum, bins, squares) = (UInt64(0), UInt64(0), UInt64(0))
    var hasTelling = false
    let positions = grid.cells.positions(intersecting: region)
    let statistics = grid.statistics
    // From a pointer, so that no cell is copied: each copy counts a reference to the cell's histogram.
    statistics.values.withUnsafeBufferPointer { values in
      positions.forEachPosition { position in
        guard let place = statistics.place(ofCell: grid.cells.index(of: position)) else { return }
        voxelCount += values[place].voxelCount
        sum &+= sums[place]
        bins &+= values[place].sum
        squares &+= values[place].sumOfSquares
        hasTelling = hasTelling || isTelling[place]
      }
    }
    // Along z a cell may reach beyond the patch, into nothing or into another patch.
    guard voxelCount == region.extent.count else { return nil }
    if !hasTelling {
      var all = CellStatistics()
      positions.forEachPosition { position in
        if let cell = grid.statistics[grid.cells.index(of: position)] { all.add(cell) }
      }
      guard all.isTelling else { return nil }
    }
    return hash(sum, bins, squares)
  }

  /// Hashes of whole cells with structure, the smallest of them: sources that share voxels at a distance of whole cells
  /// share hashes.
  ///
  /// Broder, "On the resemblance and containment of documents", 1997: of two sets, the elements with the smallest hashes
  /// are a fair sample of both.
  var sketch: [UInt64] {
    let whole = grid.cells.cell.count
    var sketch = Sketch()
    let values = grid.statistics.values
    for place in values.indices where isTelling[place] && values[place].voxelCount == whole {
      sketch.insert(hash(sums[place], values[place].sum, values[place].sumOfSquares))
    }
    return sketch.hashes
  }

  private func hash(_ counts: UInt64, _ sum: UInt64, _ squares: UInt64) -> UInt64 {
    var hash = FixedHash(seed: UInt64(VoxelType.allCases.firstIndex(of: grid.type)!))
    hash.combine(counts)
    hash.combine(sum)
    hash.combine(squares)
    return hash.value
  }
}

/// The smallest of many hashes, each once.
private struct Sketch {
  static let size = 2048
  private var kept: [UInt64] = []
  private var limit = UInt64.max

  mutating func insert(_ hash: UInt64) {
    if hash > limit { return }
    kept.append(hash)
    if kept.count < 8 * Self.size { return }
    kept = hashes
    if kept.count == Self.size { limit = kept.last! }
  }

  /// In rising order.
  var hashes: [UInt64] { Array(Set(kept).sorted().prefix(Self.size)) }
}

extension CellStatistics {
  /// Whether so many values occur that other voxels hardly have the same counts of each.
  fileprivate var isTelling: Bool {
    counts.withUnsafeBufferPointer { counts in
      var left = 12
      for count in counts where count > 1 {
        left -= 1
        if left == 0 { return true }
      }
      return false
    }
  }
}

extension PatchCorpus {
  /// Sentences about voxels that the corpus holds more than once: the same volume under two names, patches that are equal
  /// by their statistics, and sources that overlap.
  func repetitions(_ judged: [JudgedSource]) -> [String] {
    var sentences: [String] = []
    var told: Set<[Int]> = []
    let sources = manifest.sources
    let byVolume = Dictionary(grouping: judged.indices.filter { sources[$0].takenCount > 0 }) {
      "\(judged[$0].volume) \(judged[$0].extent)"
    }
    for same in byVolume.values.filter({ $0.count > 1 }).sorted(by: { $0[0] < $1[0] }) {
      for (place, other) in same.enumerated().dropFirst() {
        for earlier in same[..<place] { told.insert([earlier, other]) }
        sentences.append(
          "\(sources[same[0]].name) and \(sources[other].name) hold the same voxels, so that every patch is in the corpus "
            + "twice; leave one of them out")
      }
    }
    sentences += equalPatches(judged, except: told, &told)
    for first in judged.indices {
      for second in judged.indices where second > first && !told.contains([first, second]) {
        let (shared, compared) = overlap(judged[first].sketch ?? [], judged[second].sketch ?? [])
        guard shared >= 8, shared * 20 >= compared else { continue }
        sentences.append(
          "\(sources[first].name) and \(sources[second].name) overlap: \(shared) of \(compared) cells compared hold the "
            + "same voxels, so that the corpus holds some of them twice; leave one of the two out, or cut them apart")
      }
    }
    return sentences
  }

  /// Pairs of sources with equal patches.
  private func equalPatches(_ judged: [JudgedSource], except known: Set<[Int]>, _ told: inout Set<[Int]>) -> [String] {
    var first = 0
    var seen: [UInt64: Int] = [:]
    var pairs: [[Int]: (count: Int, example: (Int, Int))] = [:]
    for (number, source) in judged.enumerated() {
      for (index, signature) in (source.signatures ?? []).enumerated() {
        let patch = first + index
        guard let signature, patches[patch].reason == .signal else { continue }
        guard let other = seen[signature] else {
          seen[signature] = patch
          continue
        }
        let pair = [patches[other].source, number]
        if known.contains(pair) { continue }
        pairs[pair, default: (0, (other, patch))].count += 1
      }
      first += source.brightness.count
    }
    return pairs.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { pair, found in
      told.insert(pair)
      let names = [found.example.0, found.example.1].map(placeName)
      let whose =
        pair[0] == pair[1]
        ? "of \(manifest.sources[pair[0]].name) repeat others of it"
        : "of \(manifest.sources[pair[1]].name) repeat patches of \(manifest.sources[pair[0]].name)"
      return
        "\(found.count) \(found.count == 1 ? "patch" : "patches") \(whose), to judge by their statistics, such as "
        + "\(names[1]) and \(names[0]); leave the copies out"
    }
  }

  /// A patch in words: its file, or its volume and origin.
  func placeName(ofPatch patch: Int) -> String {
    let record = patches[patch]
    return record.file ?? "\(manifest.sources[record.source].name) at \(record.region.origin)"
  }
}

/// How many hashes two sketches share, of those that both would hold.
private func overlap(_ a: [UInt64], _ b: [UInt64]) -> (shared: Int, compared: Int) {
  guard let lastA = a.last, let lastB = b.last else { return (0, 0) }
  // A sketch that is not full holds all there is.
  let limit = min(a.count < 2048 ? .max : lastA, b.count < 2048 ? .max : lastB)
  let (first, second) = (Set(a.prefix { $0 <= limit }), Set(b.prefix { $0 <= limit }))
  return (first.intersection(second).count, min(first.count, second.count))
}
