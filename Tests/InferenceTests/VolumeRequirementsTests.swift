import Architectures
import Files
import Foundation
import Inference
import IntensityStatistics
import Networks
import Testing
import Voxels

/// What a network was trained on, compared with a volume.
@Suite struct VolumeRequirementsTests {
  private func requirements(spacing: [Double]? = nil, sizes: [[Double]] = []) -> VolumeRequirements {
    var requirements = VolumeRequirements()
    requirements.network = "a network"
    requirements.spacing = spacing
    requirements.voxelSizes = TrainedVoxelSizes(sizes)
    requirements.expectsVoxelSize = true
    return requirements
  }

  private func scale(_ requirements: VolumeRequirements, _ voxelSize: VoxelSize?) throws -> [Double]? {
    switch try requirements.compare("a volume", voxelSize) {
    case .fits: nil
    case .unknown(let doubt): throw Fault.usage(doubt)
    case .differs(_, let scale): scale
    }
  }

  @Test(arguments: [1.0, 1e3, 1e-3, 1e6]) func comparesSpacingsInAnyUnit(unit: Double) throws {
    let own = VoxelSize(5 * unit, 2 * unit, 2.1 * unit)
    #expect(try scale(requirements(spacing: [5, 2, 2]), own) == nil)
    let found = try #require(try scale(requirements(spacing: [4, 2, 4.3]), own))
    #expect(found[1] == 1 && abs(found[0] - 0.8) < 1e-12 && abs(found[2] - 4.3 / 2.1) < 1e-12)
    let fault = #expect(throws: Fault.self) { try scale(requirements(spacing: [5, 2, 0.4]), own) }
    #expect(fault?.kind == .badData && fault?.message.contains("too different") == true)
  }

  @Test func comparesSizesWithTheRangeAndResamplesToTheMedian() throws {
    let trained = requirements(sizes: [[6, 1.6, 1.6], [5, 2, 2], [4, 1.8, 1.7]])
    #expect(trained.voxelSizes?.median == [5, 1.8, 1.7])
    // Up to a tenth beyond the range.
    for own in [VoxelSize(4, 2, 1.6), VoxelSize(6.5, 1.5, 2.15)] { #expect(try scale(trained, own) == nil) }
    #expect(try scale(trained, VoxelSize(10, 1.8, 0.85)) == [0.5, 1, 2])
    // A size is a size: no other unit is tried.
    #expect(throws: Fault.self) { try scale(trained, VoxelSize(5000, 1800, 1700)) }
    #expect(try scale(trained, VoxelSize(0.5, 0.2, 0.2))?[0] == 10)
    let text = "\(try trained.compare("a volume", VoxelSize(10, 1.8, 0.85)))"
    #expect(text.contains("5 × 1.8 × 1.7 µm (from 4 × 1.6 × 1.6 µm to 6 × 2 × 2 µm)"), "\(text)")
  }

  @Test func doubtsWhatIsNotKnown() throws {
    func doubt(_ requirements: VolumeRequirements, _ voxelSize: VoxelSize?) throws -> String? {
      if case .unknown(let doubt) = try requirements.compare("a volume", voxelSize) { doubt } else { nil }
    }
    #expect(try doubt(requirements(spacing: [5, 2, 2]), nil)?.contains("not known") == true)
    #expect(try doubt(requirements(sizes: [[5, 2, 2]]), nil)?.contains("not known") == true)
    #expect(try doubt(requirements(spacing: [1, 1, 1]), VoxelSize(5, 2, 2))?.contains("does not say") == true)
    #expect(try doubt(requirements(spacing: [1, 1, 1]), VoxelSize(1, 1, 1)) == nil)
    #expect(try doubt(requirements(), VoxelSize(5, 2, 2))?.contains("does not say") == true)
    // Nothing is known of either.
    #expect(try doubt(requirements(), nil) == nil)
  }

  private func statistics(_ volume: VoxelBuffer) throws -> StoreStatistics {
    let grid = StatisticsGrid(volume: volume.extent, type: volume.type, run: volume.extent.x)
    grid.add(volume, at: .zero)
    return try StoreStatistics(grid, name: "volume")
  }

  private func constants(_ scheme: NNUNetNormalisation, _ volume: VoxelBuffer) throws -> (Normalisation, String?) {
    let (normalisation, doubt) = try NormalisationRecipe(nnUNet: scheme)
      .normalisation(of: statistics(volume), name: "volume")
    return (normalisation, doubt)
  }

  /// The formulas of nnU-Net's `default_normalization_schemes.py`.
  @Test func normalisesAsNNUNetDoes() throws {
    let volume = randomVolume(Extent(20, 24, 28), seed: 3)
    let values = volume.voxels(as: UInt16.self).map { Double($0) }
    let mean = values.reduce(0, +) / Double(values.count)
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    let (lowest, highest) = (values.min()!, values.max()!)
    let expected: [(NNUNetNormalisation, (Double) -> Double)] = [
      (.zScore, { ($0 - mean) / deviation }), (.none, { $0 }),
      (.fixed(lower: 95, upper: 300, mean: 110, deviation: 40), { (min(max($0, 95), 300) - 110) / 40 }),
      (.minimumToMaximum, { ($0 - lowest) / (highest - lowest) }),
    ]
    for (scheme, formula) in expected {
      let (normalisation, doubt) = try constants(scheme, volume)
      #expect(doubt == nil && normalisation.background == 0)
      let found = normalisation.apply(to: volume)
      for (index, value) in values.enumerated() where index % 97 == 0 {
        #expect(abs(Double(found[index]) - formula(value)) < 1e-3, "\(scheme)")
      }
    }
    let fault = #expect(throws: Fault.self) { try constants(.byte, volume) }
    #expect(fault?.message.contains("255") == true)
  }

  /// nnU-Net cuts a surround of zeros off before it takes the mean.
  @Test func leavesASurroundOfZerosOut() throws {
    let volume = VoxelBuffer(.uint16, Extent(60, 48, 48))
    let voxels = volume.voxels(as: UInt16.self)
    for index in voxels.indices { voxels[index] = 0 }
    var inside: [Double] = []
    for z in 12..<48 {
      for y in 0..<48 {
        for x in 12..<36 {
          voxels[volume.extent.index(of: Coordinate(z, y, x))] = UInt16(100 + (z * 7 + y * 3 + x) % 50)
          inside.append(Double(100 + (z * 7 + y * 3 + x) % 50))
        }
      }
    }
    let (normalisation, doubt) = try constants(.zScore, volume)
    #expect(abs(normalisation.mean - inside.reduce(0, +) / Double(inside.count)) < 1e-6)
    #expect(doubt?.contains("zeros") == true)
  }

  @Test func refusesOtherPercentiles() throws {
    let volume = randomVolume(Extent(20, 24, 28), seed: 3)
    let recipe = NormalisationRecipe(lowerPercentile: 1, upperPercentile: 99)
    let fault = #expect(throws: Fault.self) { try recipe.normalisation(of: statistics(volume), name: "volume") }
    #expect(fault?.message.contains("percentiles 1.0 and 99.0") == true)
  }
}
