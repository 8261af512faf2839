import IntensityStatistics
import Scratch
import Testing
import Voxels

/// Where signal begins in a volume, by the distribution of its cells' tail contrasts.
struct ContrastLimitTests {
  /// Contrasts as those of cells of noise: highest values of Gaussians.
  private func lobe(_ count: Int, mode: Double, width: Double, seed: UInt64) -> [Double] {
    var numbers = SeededNumbers(seed: seed)
    return (0..<count).map { _ in mode + width * numbers.normal() }
  }

  private func spread(_ count: Int, _ range: ClosedRange<Double>, seed: UInt64) -> [Double] {
    var numbers = SeededNumbers(seed: seed)
    return (0..<count).map { _ in range.lowerBound + (range.upperBound - range.lowerBound) * numbers.uniform() }
  }

  @Test func signalBeginsWhereANarrowLobeEnds() {
    for (mode, seed) in [(3.4, 1), (3.8, 2), (4.3, 3), (4.9, 4)] as [(Double, UInt64)] {
      let quiet = lobe(2_000, mode: mode, width: 0.3, seed: seed)
      for structure in [0, 500, 3_000] {
        let limit = ContrastLimit.find(in: quiet + spread(structure, 6...40, seed: seed), step: 0.1, texture: 1)
        // Half of the peak is reached after 1.18 standard deviations, of which there are 3; the bins widen that. No lobe
        // ends before 5.
        #expect(limit >= max(5, mode + 1) && limit <= max(5, mode + 1.45), "\(mode), \(structure): \(limit)")
        #expect(quiet.count { $0 >= limit } < 2)
        let textured = ContrastLimit.find(in: quiet + spread(structure, 6...40, seed: seed), step: 0.1, texture: 1.7)
        #expect(textured == max(6.5, limit), "\(mode), \(structure): \(textured)")
      }
    }
  }

  /// The narrower a lobe, the less is known of its end.
  @Test func aNarrowLobeDoesNotEndInTheNoise() {
    let quiet = lobe(2_000, mode: 3.4, width: 0.25, seed: 10)
    #expect(ContrastLimit.find(in: quiet, step: 0.1, texture: 1) == 5)
    #expect(abs(ContrastLimit.find(in: quiet, step: 0.1, texture: 1.475) - 5.75) < 1e-9)
    #expect(ContrastLimit.find(in: quiet, step: 0.1, texture: 1.9) == 6.5)
  }

  @Test func textureAsksForTheUsualContrast() {
    for contrasts in [
      lobe(3_000, mode: 4.5, width: 1.2, seed: 4),
      // Structure in nearly every cell, and a few that are quiet by chance.
      spread(5_000, 5...60, seed: 5) + lobe(150, mode: 3.6, width: 0.2, seed: 6),
      lobe(150, mode: 3.6, width: 0.2, seed: 7), [], [Double](repeating: 0, count: 5_000),
      [.infinity, .nan, -1, 1e300],
    ] { #expect(ContrastLimit.find(in: contrasts, step: 0.1, texture: 2) == ContrastLimit.usual) }
    // Coarse values widen the lobe by more than it is wide.
    let quiet = lobe(3_000, mode: 3.6, width: 0.2, seed: 9)
    #expect(ContrastLimit.find(in: quiet, step: 4, texture: 1) == ContrastLimit.usual)
  }

  @Test func structureEverywhereHidesTheLobeButNotTheNoise() {
    let dense = spread(5_000, 5...60, seed: 5) + lobe(150, mode: 3.6, width: 0.2, seed: 6)
    #expect(ContrastLimit.find(in: dense, step: 0.1, texture: 1.1) == 5.5)
    #expect(abs(ContrastLimit.find(in: dense, step: 0.1, texture: 1.475) - 6.75) < 1e-9)
    #expect(ContrastLimit.find(in: dense, step: 0.1, texture: 1.9) == ContrastLimit.usual)
    #expect(ContrastLimit.find(in: dense, step: 0.1, texture: .infinity) == ContrastLimit.usual)
    #expect(ContrastLimit.find(in: dense, step: 2, texture: 1.1) == 3.35 + 1.5 * 2)
    #expect(ContrastLimit.find(in: dense, step: 4, texture: 1.1) == ContrastLimit.usual)
    // Too few cells to tell what most are like.
    #expect(ContrastLimit.find(in: Array(dense.prefix(150)), step: 0.1, texture: 1.1) == ContrastLimit.usual)
  }

  /// Balls of 33 voxels, ever brighter along y, in every cell of tissue beside air. The dimmest of the first kind are as
  /// bright as the noise is wide, twice over, and their cells a lobe as good as that of quiet ones.
  @Test(arguments: [(60.0, 3.0, 6.5), (200, 5, 5.5)]) func denseStructureIsFoundAboveTheNoise(
    least: Double, slope: Double, limit: Double
  ) throws {
    var numbers = SeededNumbers(seed: 14)
    let extent = Extent(150, 150, 180)
    let buffer = filled(.uint16, extent) { position in
      var light = position.x < 30 ? 10.0 : 400
      let offsets = [position.z, position.y, position.x].map { $0 % 12 - 6 }
      if position.x >= 30, offsets.reduce(0, { $0 + $1 * $1 }) <= 4 { light += least + slope * Double(position.y) }
      return 100 + light + (16 + 2 * light).squareRoot() * numbers.normal()
    }
    let grid = StatisticsGrid(volume: extent, type: .uint16, run: extent.x)
    grid.add(buffer, at: .zero)
    let model = try StoreStatistics(grid, name: "dense").model
    #expect(model.surround.kind == .air, "\(model)")
    #expect(model.contrast >= 5.5 && model.contrast <= limit, "\(model)")
  }

  /// A patch of 300 in a large volume holds 216 cells, each of which could make it signal. Photoelectrons are skewed as those of a
  /// Poisson distribution are (Anscombe, Biometrika 35, 246, 1948), in tissue of slowly changing brightness beside air.
  @Test(arguments: [1.0, 4, 16]) func hardlyACellOfQuietTissueIsSignal(countsOfAPhotoelectron gain: Double) throws {
    var numbers = SeededNumbers(seed: 12)
    let extent = Extent(240, 240, 240)
    let buffer = VoxelBuffer(.uint16, extent)
    defer { withExtendedLifetime(buffer) {} }
    let voxels = buffer.voxels(as: UInt16.self)
    var index = 0
    Region(extent).forEachPosition { position in
      let light = position.x < 60 ? 20.0 : 400 + 0.25 * Double(position.z + position.y)
      let root = (light / gain).squareRoot() + numbers.normal() / 2
      voxels[index] = UInt16(100 + (gain * root * root).rounded())
      index += 1
    }
    let grid = StatisticsGrid(volume: extent, type: .uint16, run: extent.x)
    grid.add(buffer, at: .zero)
    let statistics = try StoreStatistics(grid, name: "tissue")
    #expect(grid.cells.count == 8_000 && statistics.model.surround.kind == .air)
    #expect(statistics.model.contrast < ContrastLimit.usual, "\(statistics.model)")
    let signal = (0..<grid.cells.count).count { statistics.tailContrast(ofCell: $0) >= statistics.model.contrast }
    #expect(signal <= 1, "\(signal) cells over \(statistics.model.contrast)")
  }

  /// Noise of a value or two: its cells have contrasts of a few values, of which the highest lie beyond the lobe.
  @Test(arguments: [0.6, 1, 1.5, 3]) func coarseValuesAreNoStructure(_ deviation: Double) throws {
    var numbers = SeededNumbers(seed: 8)
    let extent = Extent(150, 150, 150)
    let buffer = VoxelBuffer(.uint8, extent)
    defer { withExtendedLifetime(buffer) {} }
    for index in 0..<extent.count {
      buffer.voxels(as: UInt8.self)[index] = UInt8((60 + deviation * numbers.normal()).rounded())
    }
    let grid = StatisticsGrid(volume: extent, type: .uint8, run: 150)
    grid.add(buffer, at: .zero)
    let statistics = try StoreStatistics(grid, name: "noise")
    let signal = (0..<grid.cells.count).count { statistics.tailContrast(ofCell: $0) >= statistics.model.contrast }
    #expect(signal == 0, "\(signal) cells over \(statistics.model.contrast)")
  }
}
