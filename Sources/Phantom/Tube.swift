import Voxels

/// A straight, tapering piece of a vessel or a fibre.
struct Tube: Sendable {
  enum Role: Sendable {
    /// Stained and labelled.
    case labelled
    /// Not stained by the dye of this image: a darker lumen in the tissue.
    case shadow
    /// Stained debris that no expert would label.
    case unlabelled
  }

  let start: Point
  let end: Point
  /// Radii in voxels.
  let startRadius: Double
  let endRadius: Double
  /// Counts on the axis.
  let startBrightness: Double
  let endBrightness: Double
  let role: Role

  /// Half the width of the blurred edge in voxels; at the radius there is half the light.
  private static let softness = 1.3
  /// Along z things look longer than they are.
  private static let axialStretch = 1.3
  /// A thinner tube would fall apart into voxels that do not touch.
  private static let leastLabelledRadius = 0.9

  /// The box in which the tube is seen.
  var box: Region {
    let reach = (max(startRadius, endRadius) + Tube.softness) * Tube.axialStretch
    let low = start.lowerBound(end) - reach
    let high = start.upperBound(end) + reach
    return Region(
      from: Coordinate(Int(low[0].rounded(.up)), Int(low[1].rounded(.up)), Int(low[2].rounded(.up))),
      to: Coordinate(
        Int(high[0].rounded(.down)) + 1, Int(high[1].rounded(.down)) + 1, Int(high[2].rounded(.down)) + 1))
  }

  func render(into scene: inout Scene) {
    let box = self.box.intersection(scene.region)
    if box.isEmpty { return }
    let axis = end - start
    let axisSquared = max(axis.dot(axis), 1e-9)
    for z in box.range(0) {
      let alongZ = Double(z) - start[0]
      for y in box.range(1) {
        let alongY = Double(y) - start[1]
        let row = scene.index(z, y, 0)
        let partial = alongZ * axis[0] + alongY * axis[1]
        for x in box.range(2) {
          let alongX = Double(x) - start[2]
          let share = min(max((partial + alongX * axis[2]) / axisSquared, 0), 1)
          let offsetZ = alongZ - share * axis[0]
          let offsetY = alongY - share * axis[1]
          let offsetX = alongX - share * axis[2]
          let inPlane = offsetY * offsetY + offsetX * offsetX
          let radius = startRadius + (endRadius - startRadius) * share
          let seenZ = offsetZ / Tube.axialStretch
          let seenSquared = inPlane + seenZ * seenZ
          let seenLimit = radius + Tube.softness
          if seenSquared < seenLimit * seenLimit {
            let counts = startBrightness + (endBrightness - startBrightness) * share
            let seen = light(at: seenSquared.squareRoot(), radius: radius)
            if role == .shadow {
              scene.darken(row + x, to: Float(1 - 0.45 * seen))
            } else {
              scene.brighten(row + x, to: Float(counts * seen))
            }
          }
          if role == .labelled {
            let labelledRadius = max(radius, Tube.leastLabelledRadius)
            if inPlane + offsetZ * offsetZ < labelledRadius * labelledRadius { scene.mark(row + x, 1, distance: 0) }
          }
        }
      }
    }
  }

  /// Brightness as a share of the full one: a blurred edge, and a paler lumen in wide tubes, whose wall takes the dye.
  @inline(__always)
  private func light(at distance: Double, radius: Double) -> Double {
    let edge = 1 - smoothStep(distance - radius, from: -Tube.softness, to: Tube.softness)
    let lumen = smoothStep(radius, from: 3, to: 5) * (1 - smoothStep(distance - radius, from: -3.2, to: -1.2))
    return edge * (1 - (role == .shadow ? 0 : 0.5 * lumen))
  }
}

extension SIMD3<Double> {
  func lowerBound(_ other: Point) -> Point { pointwiseMin(self, other) }
  func upperBound(_ other: Point) -> Point { pointwiseMax(self, other) }
}
