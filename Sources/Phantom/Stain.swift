import Voxels

/// What one dye makes visible: the labelled structure, and what else takes the dye or stands in the light.
struct Stain: Sendable {
  private let structure: Structure
  private let distractors: Distractors
  private let vessels: VesselNetwork
  private let axons: AxonFibres
  /// Nil for contiguous structures.
  private let objects: IsolatedObjects?

  init(_ structure: Structure, anatomy: Anatomy) {
    self.structure = structure
    distractors = Distractors(anatomy: anatomy, structure: structure)
    vessels = VesselNetwork(anatomy: anatomy)
    axons = AxonFibres(anatomy: anatomy)
    switch structure {
    case .nuclei: objects = IsolatedObjects(.nuclei, anatomy: anatomy)
    case .plaques: objects = IsolatedObjects(.plaques, anatomy: anatomy)
    case .vessels, .axons: objects = nil
    }
  }

  /// No label is larger.
  var largestLabel: Int {
    guard let objects else { return 1 }
    return objects.largestLabel ?? .max
  }

  /// Everything that may be seen in `region`.
  func shapes(near region: Region, onlyLabelled: Bool) -> [Shape] {
    var found: [Shape] = []
    switch structure {
    case .nuclei, .plaques: found += objects!.blobs(near: region).map { Shape($0) }
    case .vessels:
      let levels = VesselNetwork.levels.indices
      found += vessels.tubes(near: region, levels: levels, role: .labelled).map { Shape($0) }
    case .axons: found += axons.tubes(near: region).map { Shape($0) }
    }
    if onlyLabelled { return found }
    found += distractors.shapes(near: region)
    if structure != .vessels {
      found += vessels.tubes(near: region, levels: 0..<1, role: .shadow).map { Shape($0) }
    }
    return found
  }

  /// The voxels at the centres of the isolated objects in `region`, by ascending label.
  func centres(in region: Region) -> [Coordinate] {
    guard let objects else { return [] }
    return objects.blobs(near: region).map { $0.centre.nearestVoxel }.filter { region.contains($0) }
  }
}
