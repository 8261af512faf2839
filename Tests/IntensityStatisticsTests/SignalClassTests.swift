import Foundation
import IntensityStatistics
import Scratch
import Testing
import Voxels

/// The simulated cases on which thresholds per patch fail: Otsu calls half of pure noise foreground, a median absolute
/// deviation per patch loses dense structures, a share of foreground loses sparse ones.
///
/// Each volume is half dark surround N(200, 15) (low z) and half the case.
struct SignalClassTests {
  private static let extent = Extent(60, 60, 60)
  private static let surround = Region(origin: .zero, extent: Extent(30, 60, 60))
  private static let subject = Region(origin: Coordinate(30, 0, 0), extent: Extent(30, 60, 60))

  private func statistics(seed: UInt64, _ value: (Coordinate, inout SeededNumbers) -> Double) throws -> StoreStatistics
  {
    var numbers = SeededNumbers(seed: seed)
    let buffer = filled(.uint16, Self.extent) { position in
      position.z < 30 ? 200 + 15 * numbers.normal() : value(position, &numbers)
    }
    let grid = StatisticsGrid(volume: Self.extent, type: .uint16, run: 60)
    grid.add(buffer, at: .zero)
    return try StoreStatistics(grid, name: "simulated")
  }

  private func texture(_ position: Coordinate) -> Double {
    500 + 60 * sin(Double(position.z) / 9) * cos(Double(position.y) / 11 + 1) + 40 * sin(Double(position.x) / 13)
  }

  /// Balls of radius 2 at the corners of a lattice of edge `spacing`.
  private func isInBall(_ position: Coordinate, spacing: Int) -> Bool {
    let offsets = [position.z - 30, position.y, position.x].map { ($0 + spacing / 2) % spacing - spacing / 2 }
    return offsets.reduce(0) { $0 + $1 * $1 } <= 4
  }

  private func expect(
    _ statistics: StoreStatistics, _ expected: SignalClass, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(statistics.signal(of: Self.surround).signalClass == .outside, sourceLocation: sourceLocation)
    let found = statistics.signal(of: Self.subject)
    #expect(found.signalClass == expected, "\(found) \(statistics.floor)", sourceLocation: sourceLocation)
    #expect(abs(statistics.floor.mean - 200) < 4 && abs(statistics.floor.deviation - 15) < 3, "\(statistics.floor)")
  }

  @Test(arguments: UInt64(1)...3)
  func pureNoiseIsOutside(seed: UInt64) throws {
    expect(try statistics(seed: seed) { _, numbers in 200 + 15 * numbers.normal() }, .outside)
  }

  @Test(arguments: UInt64(1)...3)
  func smoothTextureIsLowSignal(seed: UInt64) throws {
    expect(
      try statistics(seed: seed) { position, numbers in texture(position) + 20 * numbers.normal() }, .lowSignal)
  }

  @Test(arguments: UInt64(1)...3)
  func sparseObjectsAreSignal(seed: UInt64) throws {
    // One object of 33 voxels in 108,000: 0.03 %.
    expect(
      try statistics(seed: seed) { position, numbers in
        let inside = isInBall(position - Coordinate(15, 30, 30), spacing: 1000)
        return (inside ? 600 : 200) + 15 * numbers.normal()
      }, .signal)
  }

  @Test(arguments: UInt64(1)...3)
  func sparseObjectsInTextureAreSignal(seed: UInt64) throws {
    // 1 % of the voxels.
    expect(
      try statistics(seed: seed) { position, numbers in
        texture(position) + (isInBall(position, spacing: 15) ? 500 : 0) + 20 * numbers.normal()
      }, .signal)
  }

  @Test(arguments: UInt64(1)...3)
  func denseObjectsAreSignal(seed: UInt64) throws {
    // Slabs that fill 60 %.
    expect(
      try statistics(seed: seed) { position, numbers in
        ((position.z + position.y + 2 * position.x) % 20 < 12 ? 500 : 200) + 15 * numbers.normal()
      }, .signal)
  }

  @Test func thresholdsActWithoutVoxels() throws {
    let statistics = try statistics(seed: 9) { position, numbers in texture(position) + 20 * numbers.normal() }
    let found = statistics.signal(of: Self.subject)
    #expect(found.signalClass == .lowSignal)
    let strict = SignalThresholds(contrast: found.tailContrast * 0.99)
    #expect(statistics.signal(of: Self.subject, thresholds: strict).signalClass == .signal)
    #expect(statistics.signal(of: Self.subject, thresholds: strict).isNearContrast)
    let blind = SignalThresholds(outsideSigmas: 1000)
    #expect(statistics.signal(of: Self.subject, thresholds: blind).signalClass == .outside)
    #expect(!found.isNearContrast || abs(found.tailContrast - 8) <= 0.8)
    #expect(!found.isNearOutside)
  }

  @Test func aFewHotPixelsInTheDarkAreNotSignal() throws {
    // Three in every cell of 3,375 voxels, at the end of the range.
    let statistics = try statistics(seed: 2) { position, numbers in
      let hot = position.x % 15 == 3 && position.y % 15 == 4 && position.z % 5 == 1
      return hot ? 65_535 : 200 + 15 * numbers.normal()
    }
    #expect(statistics.signal(of: Self.subject).signalClass == .outside)
  }
}
