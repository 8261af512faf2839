import Files
import IntensityStatistics
import Synchronization
import Threads
import Tiling
import Voxels

/// Finds sources that hold the same voxels at a distance that is no multiple of cells, or with another number type, so that
/// their statistics differ: a second cut of one acquisition, a registered copy in another format, tiles that overlap.
///
/// From each source the cells with most contrast are read, at most `voxelLimit` voxels. The *landmarks* in them are voxels
/// brighter than all 26 neighbours, recognised by the values of these 27: noise makes them unique. Sources that share
/// landmarks at one displacement share voxels.
package struct CopySearch {
  package struct Landmark: Sendable {
    package let hash: UInt64
    package let position: Coordinate
  }

  /// Two sources and how far the voxels of the second lie from the same ones of the first.
  package struct Match: Equatable {
    package let first: Int
    package let second: Int
    package let displacement: Coordinate
    package let count: Int
  }

  private static let voxelLimit = 8 << 20
  /// Landmarks that must agree. Single ones may by chance, where few values occur.
  private static let leastCount = 8

  /// - Parameter read: reads a box of the volume.
  package static func landmarks(
    _ statistics: StoreStatistics, threads: Int, read: @Sendable (Region) throws -> VoxelBuffer
  ) throws -> [Landmark] {
    let cells = statistics.grid.cells
    let ranked = (0..<cells.count).sorted {
      let (a, b) = (statistics.tailContrast(ofCell: $0), statistics.tailContrast(ofCell: $1))
      return a != b ? a > b : $0 < $1
    }
    let count = max(1, voxelLimit / cells.cell.count)
    let chosen = ranked.prefix(count).filter { statistics.tailContrast(ofCell: $0) > 0 }
    let found = Mutex([[Landmark]](repeating: [], count: chosen.count))
    try parallelForEach(count: chosen.count, threads: threads) { index in
      let region = cells.region(chosen[index])
      let here = landmarks(try read(region), at: region.origin)
      found.withLock { $0[index] = here }
    }
    return found.withLock { $0.flatMap { $0 } }
  }

  /// The landmarks of a box with all neighbours in it.
  package static func landmarks(_ voxels: VoxelBuffer, at origin: Coordinate) -> [Landmark] {
    let extent = voxels.extent
    guard (0..<3).allSatisfy({ extent[$0] >= 3 }) else { return [] }
    var values = [Float](repeating: 0, count: extent.count)
    defer { withExtendedLifetime(voxels) {} }
    withVoxelScalar(voxels.type) { scalar in
      func convert<Scalar: VoxelScalar>(_: Scalar.Type) {
        for (index, value) in voxels.voxels(as: Scalar.self).enumerated() { values[index] = value.asFloat }
      }
      convert(scalar)
    }
    let (plane, row) = (extent.y * extent.x, extent.x)
    let offsets = [-plane, 0, plane].flatMap { z in [-row, 0, row].flatMap { y in [-1, 0, 1].map { z + y + $0 } } }
    var found: [Landmark] = []
    values.withUnsafeBufferPointer { values in
      for z in 1..<(extent.z - 1) {
        for y in 1..<(extent.y - 1) {
          for index in (z * plane + y * row + 1)..<(z * plane + y * row + row - 1) {
            let value = values[index]
            guard value > values[index - 1], value > values[index + 1], value > values[index - row],
              offsets.allSatisfy({ $0 == 0 || values[index + $0] < value })
            else { continue }
            var hash = FixedHash(seed: 0)
            for offset in offsets { hash.combine(UInt64(values[index + offset].bitPattern)) }
            let position = Coordinate(z, y, index - z * plane - y * row)
            found.append(Landmark(hash: hash.value, position: position + origin))
          }
        }
      }
    }
    return found
  }

  /// The pairs of sources that share voxels, in their order, each with the displacement that most landmarks agree on.
  package static func matches(_ landmarks: [[Landmark]]) -> [Match] {
    var places: [UInt64: [(source: Int, position: Coordinate)]] = [:]
    var votes: [[Int]: [Coordinate: Int]] = [:]
    for (source, found) in landmarks.enumerated() {
      var seen: Set<UInt64> = []
      for landmark in found where seen.insert(landmark.hash).inserted {
        for other in places[landmark.hash] ?? [] {
          votes[[other.source, source], default: [:]][landmark.position - other.position, default: 0] += 1
        }
        places[landmark.hash, default: []].append((source, landmark.position))
      }
    }
    return votes.compactMap { pair, displacements in
      let best = displacements.max {
        ($0.value, $1.key.z, $1.key.y, $1.key.x) < ($1.value, $0.key.z, $0.key.y, $0.key.x)
      }!
      guard best.value >= leastCount else { return nil }
      return Match(first: pair[0], second: pair[1], displacement: best.key, count: best.value)
    }.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
  }
}

extension CorpusInput {
  /// Landmarks of a volume; none of files that hold a patch each, which are compared whole.
  func landmarks(survey: InPlaceStatistics?, threads: Int) throws -> [CopySearch.Landmark] {
    switch content {
    case .store(let store):
      return try CopySearch.landmarks(StoreStatistics.load(path), threads: threads) { try store.levels[0].read($0) }
    case .volume(let source):
      guard let survey else { return [] }
      return try CopySearch.landmarks(survey.load(), threads: threads) { try source.read($0) }
    case .patches: return []
    }
  }

  /// Sentences about sources that hold the same voxels, told by their voxels.
  static func copies(
    _ sources: [CorpusInput], _ surveys: [InPlaceStatistics?], _ judged: [JudgedSource], threads: Int
  ) throws -> [String] {
    let landmarks = try sources.indices.map { try sources[$0].landmarks(survey: surveys[$0], threads: threads) }
    return CopySearch.matches(landmarks).compactMap { match in
      // Told by their statistics.
      if judged[match.first].volume == judged[match.second].volume { return nil }
      let (first, second) = (sources[match.first].name, sources[match.second].name)
      let by = match.displacement
      let moved = by == .zero ? "at the same place" : "\(by.z), \(by.y), \(by.x) voxels (z, y, x) further on"
      return
        "\(second) holds voxels of \(first), \(moved): \(match.count) bright points with their surroundings are equal; leave "
        + "one of the two out, or cut them apart"
    }
  }
}
