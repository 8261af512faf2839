import Voxels

/// Nuclei or plaques: bodies that never touch, thrown at random.
///
/// Every cell of a cubic lattice holds one candidate at a random place, which the anatomy wants or not; a wanted one
/// stays when no wanted neighbour too near to it has a higher random priority (Matérn's second hard-core process: Matérn,
/// *Spatial Variation*, 1960). Two more rounds fill the gaps left by those that gave way to a rival that gave way itself.
/// So whether a candidate stays can be decided from its surroundings alone.
struct IsolatedObjects: Sendable {
  /// How the bodies of one structure look.
  struct Kind: Sendable {
    let purpose: HashKey.Purpose
    /// Edge of a lattice cell in voxels.
    let cell: Int
    let radii: ClosedRange<Double>
    /// Radii along one axis as multiples of the mean radius.
    let shapes: ClosedRange<Double>
    /// How much further than its ellipsoid a body may reach, as a multiple.
    let raggedness: Double
    /// Voxels of background between two bodies, at least.
    let gap: Double
    /// The share of candidates wanted where the anatomy wants them most.
    let abundance: Double

    static let nuclei = Kind(
      purpose: .nuclei, cell: 7, radii: 2.4...4, shapes: 0.75...1.25, raggedness: 1, gap: 1.8, abundance: 0.9)
    static let plaques = Kind(
      purpose: .plaques, cell: 22, radii: 3.8...9, shapes: 0.85...1.2, raggedness: 1.28, gap: 4, abundance: 0.5)

    var maximumReach: Double { radii.upperBound * shapes.upperBound * raggedness }
  }

  private struct Candidate {
    enum State { case unwanted, wanted, stays }

    let centre: Point
    let radius: Double
    let shape: Point
    let priority: UInt64
    let key: HashKey
    /// Farthest surface point from the centre, in voxels.
    let reach: Double
    var state: State

    func isNear(_ other: Candidate, gap: Double) -> Bool {
      let apart = other.centre - centre
      let least = reach + other.reach + gap
      return apart.dot(apart) < least * least
    }
  }

  let kind: Kind
  let anatomy: Anatomy
  private let key: HashKey
  /// The cells of the whole volume: they number the objects.
  private let cells: Extent

  init(_ kind: Kind, anatomy: Anatomy) {
    self.kind = kind
    self.anatomy = anatomy
    key = HashKey(seed: anatomy.seed, purpose: kind.purpose)
    cells = anatomy.extent.dividedRoundingUp(by: Extent(kind.cell))
  }

  /// Instance ids are cell numbers plus one, so this many ids must fit.
  var largestLabel: Int? { cells.checkedCount }

  /// The bodies whose light or label may reach `region`, by ascending label.
  func blobs(near region: Region) -> [Blob] {
    // Light reaches at most twice as far as the body, stretched along z.
    let reach = Int(kind.maximumReach * 2 * Blob.axialStretch) + 4
    let wanted = region.cells(edge: kind.cell, reach: reach).intersection(Region(cells))
    if wanted.isEmpty { return [] }
    let neighbours = Int((2 * kind.maximumReach + kind.gap) / Double(kind.cell)) + 1
    // Every round must know the outcome of the one before as far as a neighbour.
    let box = wanted.expanded(by: Extent(3 * neighbours)).intersection(Region(cells))
    var candidates: [Candidate] = []
    candidates.reserveCapacity(box.count)
    box.forEachPosition { candidates.append(candidate(in: $0)) }
    for roundsToCome in [2, 1, 0] {
      let deciding = wanted.expanded(by: Extent(roundsToCome * neighbours)).intersection(box)
      runRound(over: deciding, of: box, neighbours: neighbours, candidates: &candidates)
    }
    var found: [Blob] = []
    wanted.forEachPosition { cell in
      let own = candidates[box.extent.index(of: cell - box.origin)]
      if own.state == .stays { found.append(blob(own, label: UInt32(cells.index(of: cell) + 1))) }
    }
    return found
  }

  /// Decides for the candidates of `cells` which stay now, seeing all of `box`, and which have lost their chance.
  private func runRound(over cells: Region, of box: Region, neighbours: Int, candidates: inout [Candidate]) {
    var staying: [Int] = []
    var losing: [Int] = []
    cells.forEachPosition { cell in
      let index = box.extent.index(of: cell - box.origin)
      let own = candidates[index]
      if own.state != .wanted { return }
      let around = Region(origin: cell, extent: Extent(1)).expanded(by: Extent(neighbours)).intersection(box)
      var isHighest = true
      var isCrowded = false
      around.forEachPosition { other in
        let rival = candidates[box.extent.index(of: other - box.origin)]
        if isCrowded || rival.state == .unwanted || other == cell { return }
        if !rival.isNear(own, gap: kind.gap) { return }
        if rival.state == .stays { isCrowded = true }
        if rival.priority > own.priority { isHighest = false }
      }
      if isCrowded { losing.append(index) } else if isHighest { staying.append(index) }
    }
    for index in staying { candidates[index].state = .stays }
    for index in losing { candidates[index].state = .unwanted }
  }

  private func candidate(in cell: Coordinate) -> Candidate {
    let own = key[cell.z, cell.y, cell.x]
    var stream = own.stream
    let place = Point(stream.uniform(), stream.uniform(), stream.uniform())
    let radius = stream.uniform(kind.radii)
    let shape = Point(stream.uniform(kind.shapes), stream.uniform(kind.shapes), stream.uniform(kind.shapes))
    let centre = (Point(cell) + place) * Double(kind.cell)
    let reach = radius * shape.max() * kind.raggedness
    // Two voxels of tissue around a body keep it, and its label, away from the volume's border.
    let depth = anatomy.depth(centre)
    let isWanted =
      depth > reach + 2.5
      && own[12].uniform < kind.abundance * anatomy.density(centre, depth: depth)
    return Candidate(
      centre: centre, radius: radius, shape: shape, priority: own[7].bits, key: own[11], reach: reach,
      state: isWanted ? .wanted : .unwanted)
  }

  private func blob(_ candidate: Candidate, label: UInt32) -> Blob {
    let share = candidate.key[2].uniform
    let brightness: Double
    let profile: Blob.Profile
    switch kind.purpose {
    case .plaques:
      brightness = 420 + 1300 * share * share
      profile = .fuzzy(ValueNoise(key: candidate.key[3]))
    default:
      // Four in five are bright, by a long-tailed distribution; the others are weak and out of focus.
      let isWeak = candidate.key[3].uniform < 0.2
      brightness = isWeak ? 150 + 150 * share : 320 + 420 * share + 1200 * share * share * share * share
      profile = .solid(softness: isWeak ? 2.3 : 1.7)
    }
    return Blob(
      centre: candidate.centre, radius: candidate.radius, shape: candidate.shape, brightness: brightness,
      profile: profile, label: label)
  }
}
