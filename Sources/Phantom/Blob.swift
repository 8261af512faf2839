import Voxels

/// An ellipsoid: a nucleus, a plaque, haze from out of focus, or debris.
struct Blob: Sendable {
  enum Profile: Sendable {
    /// Even inside, with a blurred edge about `softness` voxels wide.
    case solid(softness: Double)
    /// A bright core with a ragged surface and a glow around it.
    case fuzzy(ValueNoise)
    /// A Gaussian of which the ellipsoid is the surface at one standard deviation.
    case haze
  }

  let centre: Point
  /// Mean radius in voxels.
  let radius: Double
  /// Radii along z, y and x as multiples of `radius`.
  let shape: Point
  /// Counts at the centre.
  let brightness: Double
  let profile: Profile
  /// Instance id in the label volume; 0 is not labelled.
  let label: UInt32

  /// How far beyond the centre the blob is seen, in voxels.
  var reach: Double {
    switch profile {
    case .solid(let softness): (radius + softness) * shape.max() * Blob.axialStretch
    case .fuzzy: radius * shape.max() * Blob.axialStretch * 2 * 1.28
    case .haze: radius * shape.max() * 3
    }
  }

  /// A light-sheet microscope sees things longer along z than they are.
  static let axialStretch = 1.25

  func render(into scene: inout Scene) {
    let box = Region(around: centre, reach: reach).intersection(scene.region)
    if box.isEmpty { return }
    let inverse = 1 / (shape * radius)
    let stretch = 1 / Blob.axialStretch
    for z in box.range(0) {
      let alongZ = (Double(z) - centre[0]) * inverse[0]
      for y in box.range(1) {
        let alongY = (Double(y) - centre[1]) * inverse[1]
        let row = scene.index(z, y, 0)
        for x in box.range(2) {
          let alongX = (Double(x) - centre[2]) * inverse[2]
          let inPlane = alongY * alongY + alongX * alongX
          var surface = 1.0
          if case .fuzzy(let noise) = profile, inPlane + alongZ * alongZ < 11 {
            surface = raggedSurface(noise, direction: Point(alongZ, alongY, alongX))
          }
          let distance = (inPlane + alongZ * alongZ).squareRoot() / surface
          let seenDistance = (inPlane + alongZ * alongZ * stretch * stretch).squareRoot() / surface
          scene.brighten(row + x, to: Float(brightness * glow(seenDistance)))
          if label != 0 && distance < 1 { scene.mark(row + x, label, distance: Float(distance)) }
        }
      }
    }
  }

  /// Brightness, as a share of the centre's, at `distance` radii from the centre.
  private func glow(_ distance: Double) -> Double {
    switch profile {
    case .solid(let softness):
      return 1 - smoothStep((distance - 1) * radius, from: -softness, to: softness)
    case .fuzzy:
      let core = 1 - smoothStep(distance, from: 0.75, to: 1.3)
      // Falls to zero at twice the radius, where `reach` ends.
      let halo = max(0, 1 - distance / 2)
      return 0.45 * core + 0.25 * core * (1 - min(distance, 1)) + 0.3 * halo * halo
    case .haze:
      let share = max(0, 1 - distance * distance / 9)
      return share * share * share
    }
  }

  /// Radius of the ragged surface in a direction as a multiple of the ellipsoid's. Depending on the direction alone it
  /// makes a body that is seen whole from its centre, thus in one piece.
  private func raggedSurface(_ noise: ValueNoise, direction: Point) -> Double {
    let length = direction.length
    if length < 1e-6 { return 1 }
    return 1 + 0.28 * noise(direction / length * 1.7 + 50)
  }
}
