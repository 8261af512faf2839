import Voxels

/// Thin winding fibres: correlated random walks that a smooth field of directions gathers into loose bundles. Some
/// branch, some carry beads, and all change in brightness along their way.
///
/// Each cell of a cubic lattice starts its own fibres, which end before they could leave the neighbouring cells' reach,
/// so a region is drawn from the cells around it.
struct AxonFibres: Sendable {
  /// Edge of a lattice cell in voxels.
  private static let cell = 128
  private static let stepLength = 4.0
  private static let maximumSteps = 60
  /// The farthest a fibre gets from where it starts, in voxels.
  private static let reach = Int(stepLength) * maximumSteps
  private static let maximumFibresInCell = 48

  let anatomy: Anatomy
  private let key: HashKey
  private let directions: [ValueNoise]

  init(anatomy: Anatomy) {
    self.anatomy = anatomy
    key = HashKey(seed: anatomy.seed, purpose: .axons)
    let field = HashKey(seed: anatomy.seed, purpose: .axonDirections)
    directions = (0..<3).map { ValueNoise(key: field[$0]) }
  }

  func tubes(near region: Region) -> [Tube] {
    var found: [Tube] = []
    let margin = 8
    region.cells(edge: AxonFibres.cell, reach: AxonFibres.reach + margin).forEachPosition { cell in
      let cellKey = key[cell.z, cell.y, cell.x]
      for fibre in 0..<AxonFibres.maximumFibresInCell {
        var stream = cellKey[fibre].stream
        let place =
          (Point(cell) + Point(stream.uniform(), stream.uniform(), stream.uniform())) * Double(AxonFibres.cell)
        let ball = Region(around: place, reach: Double(AxonFibres.reach + margin))
        if ball.intersection(region).isEmpty { continue }
        let depth = anatomy.depth(place)
        // Fibres start where cells are; elsewhere one in five does, so that no part of the organ is without.
        guard depth > 4, stream.uniform() < 0.2 + 0.8 * anatomy.density(place, depth: depth) else { continue }
        appendFibre(from: place, stream: &stream, region: region, to: &found)
      }
    }
    return found
  }

  /// A walk still to be done.
  private struct Walk {
    var place: Point
    var direction: Point
    var radius: Double
    var brightness: Double
    var steps: Int
    let mayBranch: Bool
  }

  private func appendFibre(from place: Point, stream: inout HashStream, region: Region, to tubes: inout [Tube]) {
    let brightness = 340 + 1300 * pow3(stream.uniform())
    let isBeaded = stream.uniform() < 0.4
    var waiting = [
      Walk(
        place: place, direction: stream.direction(), radius: stream.uniform(0.7...1.5), brightness: brightness,
        steps: Int(stream.uniform(25...Double(AxonFibres.maximumSteps))), mayBranch: true)
    ]
    while var walk = waiting.popLast() {
      var stream = stream.next().stream
      var (radius, light) = (walk.radius, walk.brightness)
      for step in 0..<walk.steps {
        let field = Point(
          directions[0](walk.place / 90), directions[1](walk.place / 90), directions[2](walk.place / 90))
        let along = field.dot(walk.direction) < 0 ? -field : field
        var turned = walk.direction + stream.direction() * 0.38 + along * 0.30
        turned /= turned.length
        var next = walk.place + turned * AxonFibres.stepLength
        // At the surface a fibre turns somewhere else, or ends.
        var attempts = 0
        while anatomy.depth(next) <= 2 && attempts < 4 {
          attempts += 1
          turned = walk.direction * 0.4 + stream.direction()
          turned /= turned.length
          next = walk.place + turned * AxonFibres.stepLength
        }
        if attempts == 4 { break }
        // Brightness wanders but stays near the fibre's own; the last steps fade out.
        let fade = min(1, Double(walk.steps - step) / 8)
        let isBead = isBeaded && stream.uniform() < 0.3
        let wander = 0.7 * light / walk.brightness + 0.3 + 0.35 * (stream.uniform() * 2 - 1)
        let nextLight = walk.brightness * min(max(wander, 0.6), 1.6)
        let nextRadius = walk.radius * (isBead ? 1.8 : 1) * (0.75 + 0.25 * fade)
        let tube = Tube(
          start: walk.place, end: next, startRadius: radius, endRadius: nextRadius,
          startBrightness: light * fade, endBrightness: nextLight * fade * (isBead ? 1.25 : 1), role: .labelled)
        if !tube.box.intersection(region).isEmpty { tubes.append(tube) }
        if walk.mayBranch, stream.uniform() < 0.025 {
          waiting.append(
            Walk(
              place: next, direction: stream.direction(), radius: walk.radius * 0.8,
              brightness: walk.brightness * 0.8, steps: walk.steps - step - 1, mayBranch: false))
        }
        walk.place = next
        walk.direction = turned
        radius = nextRadius
        light = nextLight
      }
    }
  }

  private func pow3(_ value: Double) -> Double { value * value * value }
}
