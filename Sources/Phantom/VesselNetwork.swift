import Voxels

/// A branching, connected network of tapering tubes: three lattices of randomly displaced nodes, from trunks to
/// capillaries.
///
/// On each lattice every node is joined to one neighbour of lower lattice index (a random spanning tree, and one whose
/// every edge is known from its surroundings alone) and sometimes to a second one (capillaries form loops); nodes of one
/// lattice are joined to a node of the next finer one. Edges are cubic Hermite curves through the nodes with a common
/// direction at each node, so that tubes run through smoothly; radius and brightness go from node to node.
struct VesselNetwork: Sendable {
  struct Level: Sendable {
    /// Distance between lattice nodes in voxels.
    let spacing: Int
    let radii: ClosedRange<Double>
    let brightness: ClosedRange<Double>
    /// The share of nodes with a second connection.
    let loops: Double
    /// How far curves swing out, as a multiple of the distance between their ends.
    let tortuosity: Double
  }

  static let levels = [
    Level(spacing: 132, radii: 4...7, brightness: 500...900, loops: 0.2, tortuosity: 0.8),
    Level(spacing: 54, radii: 2...3.4, brightness: 380...800, loops: 0.3, tortuosity: 1),
    Level(spacing: 18, radii: 0.9...1.7, brightness: 260...650, loops: 0.35, tortuosity: 1.3),
  ]

  private struct Node {
    let place: Point
    let direction: Point
    let radius: Double
    let brightness: Double
    let isInside: Bool
  }

  let anatomy: Anatomy
  private let key: HashKey

  init(anatomy: Anatomy) {
    self.anatomy = anatomy
    key = HashKey(seed: anatomy.seed, purpose: .vessels)
  }

  /// The tubes of the `levels` that may be seen in `region`.
  func tubes(near region: Region, levels: Range<Int>, role: Tube.Role) -> [Tube] {
    var found: [Tube] = []
    for level in levels {
      let spacing = VesselNetwork.levels[level].spacing
      // Displaced ends, one lattice step apart, and a curve that swings out.
      let cells = region.cells(edge: spacing, reach: 2 * spacing)
      let box = cells.expanded(by: Extent(1))
      var nodes: [Node] = []
      nodes.reserveCapacity(box.count)
      box.forEachPosition { nodes.append(node(at: $0, level: level)) }
      cells.forEachPosition { cell in
        let own = nodes[box.extent.index(of: cell - box.origin)]
        guard own.isInside else { return }
        let ownKey = key[level][cell.z, cell.y, cell.x]
        var stream = ownKey[3].stream
        let connections = stream.uniform() < VesselNetwork.levels[level].loops ? 2 : 1
        var taken: Set<Coordinate> = []
        for _ in 0..<connections {
          if let next = neighbour(of: cell, own: own, taken: taken, nodes: nodes, box: box, stream: &stream) {
            taken.insert(next)
            let other = nodes[box.extent.index(of: next - box.origin)]
            appendCurve(own, other, level: level, role: role, region: region, to: &found)
          }
        }
        // Finer levels that are not drawn in this image are not joined to either.
        if level + 1 < levels.upperBound {
          let finer = self.node(at: latticePosition(own.place, level: level + 1), level: level + 1)
          if finer.isInside {
            appendCurve(own, finer, level: level + 1, role: role, region: region, to: &found)
          }
        }
      }
    }
    return found
  }

  /// Half of the 26 neighbours: those that come before a node in lattice order.
  private static let earlierNeighbours: [Coordinate] = {
    var found: [Coordinate] = []
    Region(from: Coordinate(-1, -1, -1), to: Coordinate(2, 2, 2)).forEachPosition {
      if ($0.z, $0.y, $0.x) < (0, 0, 0) { found.append($0) }
    }
    return found
  }()

  /// The nearest of four random earlier neighbours inside the tissue.
  private func neighbour(
    of cell: Coordinate, own: Node, taken: Set<Coordinate>, nodes: [Node], box: Region, stream: inout HashStream
  ) -> Coordinate? {
    var best: Coordinate?
    var bestDistance = Double.infinity
    for _ in 0..<4 {
      let choice = Int(stream.uniform() * Double(VesselNetwork.earlierNeighbours.count))
      let candidate = cell + VesselNetwork.earlierNeighbours[choice]
      let other = nodes[box.extent.index(of: candidate - box.origin)]
      guard other.isInside, !taken.contains(candidate) else { continue }
      let distance = (other.place - own.place).length
      if distance < bestDistance {
        best = candidate
        bestDistance = distance
      }
    }
    return best
  }

  private func latticePosition(_ place: Point, level: Int) -> Coordinate {
    let index = (place / Double(VesselNetwork.levels[level].spacing)).rounded(.down)
    return Coordinate(Int(index[0]), Int(index[1]), Int(index[2]))
  }

  private func node(at cell: Coordinate, level: Int) -> Node {
    let settings = VesselNetwork.levels[level]
    var stream = key[level][cell.z, cell.y, cell.x].stream
    let displacement = Point(stream.uniform(), stream.uniform(), stream.uniform()) * 0.84 + 0.08
    let place = (Point(cell) + displacement) * Double(settings.spacing)
    let radius = stream.uniform(settings.radii)
    return Node(
      place: place, direction: stream.direction(), radius: radius, brightness: stream.uniform(settings.brightness),
      isInside: anatomy.depth(place) > radius + 2)
  }

  private func appendCurve(
    _ first: Node, _ second: Node, level: Int, role: Tube.Role, region: Region, to tubes: inout [Tube]
  ) {
    let chord = second.place - first.place
    let length = chord.length
    let swing = length * VesselNetwork.levels[level].tortuosity
    let reach = length / 2 + swing * 0.4 + 12
    let ball = Region(around: (first.place + second.place) / 2, reach: reach)
    if ball.intersection(region).isEmpty { return }
    func tangent(_ direction: Point) -> Point { (direction.dot(chord) < 0 ? -direction : direction) * swing }
    let departure = tangent(first.direction)
    let arrival = tangent(second.direction)
    let pieces = max(2, Int(length / 3.5))
    var previous = first.place
    for piece in 1...pieces {
      let share = Double(piece) / Double(pieces)
      let squared = share * share
      let cubed = squared * share
      let fromStart = first.place * (2 * cubed - 3 * squared + 1) + departure * (cubed - 2 * squared + share)
      let fromEnd = second.place * (3 * squared - 2 * cubed) + arrival * (cubed - squared)
      let next = fromStart + fromEnd
      let before = Double(piece - 1) / Double(pieces)
      let tube = Tube(
        start: previous, end: next,
        startRadius: first.radius + (second.radius - first.radius) * before,
        endRadius: first.radius + (second.radius - first.radius) * share,
        startBrightness: first.brightness + (second.brightness - first.brightness) * before,
        endBrightness: first.brightness + (second.brightness - first.brightness) * share, role: role)
      // A curve may swing out of the tissue; a vessel does not.
      if !tube.box.intersection(region).isEmpty, anatomy.depth((previous + next) / 2) > 0 { tubes.append(tube) }
      previous = next
    }
  }
}
