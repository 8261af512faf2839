import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Torch

@Suite struct ContrastFeatureTests {
  private func noise(_ extent: [Int], seed: UInt64) -> [Float] {
    var numbers = SeededNumbers(seed: seed)
    return (0..<extent.reduce(1, *)).map { _ in Float(numbers.normal()) }
  }

  /// A crop (z, y, x) with a bright and a dim blob and some noise.
  private func crop(_ extent: [Int]) -> [Float] {
    let noise = noise(extent, seed: 12)
    return noise.indices.map { index in
      let place = [index / (extent[1] * extent[2]), index / extent[2] % extent[1], index % extent[2]]
      func blob(_ centre: [Int], _ height: Double) -> Double {
        let square = zip(place, centre).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        return height * exp(-square / 8)
      }
      return Float(blob([8, 10, 9], 12) + blob([15, 22, 18], 0.8)) + 0.1 * noise[index]
    }
  }

  private static let definition = """
    import json, sys, numpy as np
    from scipy.ndimage import gaussian_filter
    image = np.array(json.loads(sys.argv[1]), dtype=np.float64).reshape(9, 15, 14)
    smooth = lambda volume, deviation: gaussian_filter(volume, deviation, mode="mirror", truncate=3)
    channels = [np.arcsinh(image)]
    for scale in (1, 2):
        difference = smooth(image, scale) - smooth(image, 2 * scale)
        local = np.sqrt(smooth(difference**2, 4))
        channels.append(difference / (local + 0.5 * np.sqrt((difference**2).mean()) + 0.02))
    print(json.dumps(np.stack(channels).ravel().tolist()))
    """

  @Test(.needsPeers) func equalTheirDefinitionInSciPy() throws {
    let peers = try PeerEnvironment.required()
    // Narrower than the widest filter along z.
    let extent = [9, 15, 14]
    let image = crop(extent)
    let input = String(decoding: try JSONEncoder().encode(image), as: UTF8.self)
    let expected = try JSONDecoder().decode(
      [Float].self, from: Data(peers.run(Self.definition, arguments: [input]).utf8))
    let features = try Tensor.copying(image, shape: [1, 1] + extent).contrastFeatures()
    #expect(features.shape == [1, Tensor.contrastFeatureCount] + extent)
    let found = try features.floats()
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 2e-4 })
  }

  /// What a sample is taught must not depend on the other samples of its batch.
  @Test func samplesOfABatchAreIndependent() throws {
    let extent = [12, 16, 20]
    let (first, second) = (crop(extent), noise(extent, seed: 3))
    func features(_ values: [Float], _ count: Int) throws -> [Float] {
      try Tensor.copying(values, shape: [count, 1] + extent).contrastFeatures().floats()
    }
    #expect(try features(first + second, 2) == features(first, 1) + features(second, 1))
  }

  /// A dim structure counts nearly as a bright one does, and noise alone does not.
  @Test func dimStructuresStandOut() throws {
    let extent = [24, 31, 27]
    let values = try Tensor.copying(crop(extent), shape: [1, 1] + extent).contrastFeatures().floats()
    let count = extent.reduce(1, *)
    func feature(_ channel: Int, _ place: [Int]) -> Float {
      values[channel * count + (place[0] * extent[1] + place[1]) * extent[2] + place[2]]
    }
    let (bright, dim, nothing) = (feature(2, [8, 10, 9]), feature(2, [15, 22, 18]), feature(2, [3, 28, 3]))
    #expect(bright > 1 && dim > 0.2 * bright && abs(nothing) < 0.2 * dim, "\(bright) \(dim) \(nothing)")
  }
}
