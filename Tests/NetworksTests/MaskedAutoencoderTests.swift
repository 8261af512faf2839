import Architectures
import Networks
import Testing
import Torch

@Suite struct MaskedAutoencoderTests {
  @Test func hidesAWholeNumberOfBlocks() {
    for extent in [[64, 64, 64], [20, 33, 16], [1, 1, 1], [16, 16, 32]] {
      for ratio in [0, 0.25, 0.75, 1] {
        let mask = BlockMask(extent: extent, blockEdge: 16, ratio: ratio, seed: 7)
        let blocks = extent.map { ($0 + 15) / 16 }.reduce(1, *)
        #expect(mask.hidden.count == blocks)
        #expect(mask.hidden.filter { $0 }.count == Int((Double(blocks) * ratio).rounded()))
      }
    }
  }

  @Test func voxelsFollowTheirBlock() {
    let mask = BlockMask(extent: [5, 4, 7], blockEdge: 3, ratio: 0.5, seed: 11)
    let voxels = mask.voxels()
    #expect(mask.counts == [2, 2, 3])
    for z in 0..<5 {
      for y in 0..<4 {
        for x in 0..<7 {
          #expect((voxels[(z * 4 + y) * 7 + x] == 1) == mask.hidden[((z / 3) * 2 + y / 3) * 3 + x / 3])
        }
      }
    }
  }

  @Test func dependsOnTheSeedAlone() {
    func hidden(_ seed: UInt64) -> [Bool] { BlockMask(extent: [96, 96, 96], seed: seed).hidden }
    #expect(hidden(1) == hidden(1))
    #expect(hidden(1) != hidden(2))
    // Every block is hidden about as often as any other.
    var counts = [Int](repeating: 0, count: 216)
    for seed in 0..<400 {
      for (block, isHidden) in hidden(UInt64(seed)).enumerated() where isHidden { counts[block] += 1 }
    }
    #expect(counts.allSatisfy { (240...360).contains($0) })
  }

  @Test func hiddenVoxelsAreNotSeen() throws {
    let autoencoder = try MaskedAutoencoder(tier: .extraSmall, seed: 5)
    let extent = [32, 32, 32]
    let hidden = try BlockMask.tensor([BlockMask(extent: extent, seed: 3)])
    let crop = try Tensor.copying(numbers(32768, key: 2), shape: [1, 1] + extent)
    // Another crop that differs where the network may not look.
    let other = try crop.adding(hidden)
    try withoutGradients {
      let (a, b) = (
        try autoencoder.reconstruct(crop, hidden: hidden), try autoencoder.reconstruct(other, hidden: hidden)
      )
      #expect(try a.floats() == b.floats())
      #expect(try autoencoder.loss(crop, hidden: hidden).item() != autoencoder.loss(other, hidden: hidden).item())
    }
  }

  /// The loss of an untrained network over a crop of 32³ voxels, and what its own reconstruction says it should be:
  /// squared differences, each voxel with its weight.
  private func expectLoss(
    valid: [Float]? = nil, visibleWeight: Double = 0, noise: Tensor? = nil,
    weight: (_ voxel: Int, _ isHidden: Bool) -> Double
  ) throws {
    let autoencoder = try MaskedAutoencoder(tier: .extraSmall, seed: 5)
    let shape = [1, 1, 32, 32, 32]
    let mask = BlockMask(extent: [32, 32, 32], seed: 3)
    let hidden = try BlockMask.tensor([mask])
    let values = numbers(32768, key: 2)
    let crop = try Tensor.copying(values, shape: shape)
    try withoutGradients {
      let seen = try noise.map { try crop.adding($0) } ?? crop
      let reconstruction = try autoencoder.reconstruct(seen, hidden: hidden).floats()
      var (sum, weights) = (0.0, 0.0)
      for (voxel, isHidden) in mask.voxels().enumerated() {
        let difference = Double(reconstruction[voxel] - values[voxel])
        sum += weight(voxel, isHidden == 1) * difference * difference
        weights += weight(voxel, isHidden == 1)
      }
      let loss = try autoencoder.loss(
        crop, hidden: hidden, valid: valid.map { try Tensor.copying($0, shape: shape) }, visibleWeight: visibleWeight,
        noise: noise
      ).item()
      #expect(abs(loss - sum / weights) < 1e-5 * loss)
    }
  }

  @Test func onlyHiddenAndValidVoxelsCount() throws {
    let valid = (0..<32768).map { Float($0 % 3 == 0 ? 0 : 1) }
    try expectLoss(valid: valid) { voxel, isHidden in isHidden ? Double(valid[voxel]) : 0 }
  }

  @Test func visibleVoxelsCountByTheirWeightAgainstTheImageWithoutNoise() throws {
    let noise = try Tensor.copying(numbers(32768, key: 4), shape: [1, 1, 32, 32, 32])
    try expectLoss(visibleWeight: 0.25, noise: noise) { _, isHidden in isHidden ? 1 : 0.25 }
  }

  @Test func learnsToFillIn() throws {
    let autoencoder = try MaskedAutoencoder(
      ResidualEncoderUNet(
        ArchitectureDescription(features: [4, 8], blocks: [1, 1], classes: 1, deepSupervision: false), seed: 1))
    let flat = try FlatParameters(autoencoder.network.trainedParameters(deepSupervision: false))
    let optimizer = try SGD(flat, momentum: 0.9)
    let extent = [16, 16, 16]
    // A wave: what is hidden can be guessed from its surroundings.
    let wave = (0..<4096).map { Float(($0 / 256 + $0 / 16 % 16 + $0 % 16) % 8 < 4 ? 1 : -1) }
    let crop = try Tensor.copying(wave, shape: [1, 1] + extent)
    var losses: [Double] = []
    for step in 0..<30 {
      let hidden = try BlockMask.tensor([BlockMask(extent: extent, blockEdge: 4, ratio: 0.5, seed: UInt64(step))])
      try flat.zeroGradients()
      let loss = try autoencoder.loss(crop, hidden: hidden)
      try loss.backward()
      #expect(try flat.clipGradients(toNorm: 12).isFinite)
      try optimizer.step(rate: 0.02)
      losses.append(try loss.item())
    }
    #expect(losses.suffix(5).reduce(0, +) / 5 < 0.7 * losses[0])
  }
}
