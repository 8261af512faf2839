import Voxels

/// Nuclei or plaques: bodies that never touch, thrown at random.
///
/// Every cell of a cubic lattice holds one candidate at a random place; a candidate stays when no neighbour within reach
/// of it has a higher random priority (Matérn's second hard-core process: Matérn, *Spatial Variation*, 1960), so whether
/// it stays can be decided from its surroundings alone. The survivors are then thinned by the anatomy.
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
    /// The share of survivors that stay where the anatomy wants them most.
    let abundance: Double

    static let nuclei = Kind(
      purpose: .nuclei, cell: 7, radii: 2.5...4.2, shapes: 0.85...1.18, raggedness: 1, gap: 2.2, abundance: 0.95)
    static let plaques = Kind(
      purpose: .plaques, cell: 30, radii: 5...11.5, shapes: 0.85...1.2, raggedness: 1.28, gap: 4, abundance: 0.5)

    var maximumReach: Double { radii.upperBound * shapes.upperBound * raggedness }
  }

  private struct Candidate {
    let centre: Point
    let radius: Double
    let shape: Point
    let priority: UInt64
    let key: HashKey
    /// Farthest surface point from the centre, in voxels.
    let reach: Double
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
    let box = wanted.expanded(by: Extent(neighbours)).intersection(Region(cells))
    var candidates: [Candidate] = []
    candidates.reserveCapacity(box.count)
    box.forEachPosition { candidates.append(candidate(in: $0)) }
    var found: [Blob] = []
    wanted.forEachPosition { cell in
      let own = candidates[box.extent.index(of: cell - box.origin)]
      // The cheap question first: most of a volume has no tissue.
      let depth = anatomy.depth(own.centre)
      guard depth > own.reach + 2.5 else { return }
      guard own.key[1].uniform < kind.abundance * anatomy.density(own.centre, depth: depth) else { return }
      let around = Region(origin: cell, extent: Extent(1)).expanded(by: Extent(neighbours)).intersection(box)
      var survives = true
      around.forEachPosition { other in
        if !survives || other == cell { return }
        let rival = candidates[box.extent.index(of: other - box.origin)]
        if rival.priority < own.priority { return }
        let apart = rival.centre - own.centre
        let least = own.reach + rival.reach + kind.gap
        if apart.dot(apart) < least * least { survives = false }
      }
      if survives { found.append(blob(own, label: UInt32(cells.index(of: cell) + 1))) }
    }
    return found
  }

  private func candidate(in cell: Coordinate) -> Candidate {
    let own = key[cell.z, cell.y, cell.x]
    var stream = own.stream
    let place = Point(stream.uniform(), stream.uniform(), stream.uniform())
    let radius = stream.uniform(kind.radii)
    let shape = Point(stream.uniform(kind.shapes), stream.uniform(kind.shapes), stream.uniform(kind.shapes))
    return Candidate(
      centre: (Point(cell) + place) * Double(kind.cell), radius: radius, shape: shape, priority: own[7].bits,
      key: own[11], reach: radius * shape.max() * kind.raggedness)
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
      brightness = isWeak ? 150 + 160 * share : 380 + 520 * share + 1500 * share * share * share * share
      profile = .solid(softness: isWeak ? 2.2 : 1.2)
    }
    return Blob(
      centre: candidate.centre, radius: candidate.radius, shape: candidate.shape, brightness: brightness,
      profile: profile, label: label)
  }
}
