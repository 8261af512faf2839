import Files
import VolumeFormats
import Voxels

/// What `sheaf phantom` writes: the same organ once for each dye, and annotated crops of other organs to train with.
///
/// ```
/// OUTPUT/<structure>/planes/z00000.tif …        uint16 image
/// OUTPUT/<structure>/labels/z00000.tif …        uint32 labels
/// OUTPUT/pairs/images/<structure>_<k>.nii.gz    crop k of an organ of another seed
/// OUTPUT/pairs/labels/<structure>_<k>.nii.gz    1 the structure, 0 the rest
/// OUTPUT/pairs.yaml                             all pairs as a list, with structure, category and the organ of each
/// OUTPUT/phantom.json                           settings and number of objects
/// ```
package struct PhantomSeries: Sendable {
  package let extent: Extent
  package let seed: UInt64
  package let structures: [Structure]
  /// Annotated crops of each structure that show it.
  package let pairCount: Int
  /// Annotated crops of each structure at random places of the tissue and its border, numbered after the others.
  package let randomPairCount: Int
  /// Annotated crops of each structure as other microscopes would see them (`VariedImaging`), numbered after the others.
  package let variedPairCount: Int
  package let pairExtent: Extent
  package let imaging: Imaging

  /// Structures keep their size in voxels, so this is what makes nuclei 10 to 16 micrometres wide.
  package static let voxelSizeInMicrometres = VoxelSize(2, 2, 2)

  /// - Throws: `Fault.usage` for invalid extents.
  package init(
    extent: Extent, seed: UInt64, structures: [Structure], pairCount: Int, randomPairCount: Int = 0,
    variedPairCount: Int = 0, pairExtent: Extent, imaging: Imaging = Imaging()
  ) throws {
    guard !structures.isEmpty, Set(structures).count == structures.count else {
      throw Fault.usage(
        "expected one structure or several different ones, found \(structures.map(\.rawValue).joined(separator: ", "))")
    }
    for count in [pairCount, randomPairCount, variedPairCount] where count < 0 || count > 10_000 {
      throw Fault.usage("expected between 0 and 10000 pairs of each structure, found \(count)")
    }
    if variedPairCount > 0 {
      guard (0..<3).allSatisfy({ (1...512).contains(pairExtent[$0]) }) else {
        throw Fault.usage("varied pairs can have 1 to 512 voxels an edge, found \(pairExtent)")
      }
    }
    if pairCount + randomPairCount > 0 {
      guard pairExtent.checkedCount != nil, !pairExtent.isEmpty, Region(extent).contains(Region(pairExtent)) else {
        throw Fault.usage(
          "pairs of \(pairExtent) voxels cannot be cut from organs of \(extent); ask for a smaller --pair-extent or a larger --extent"
        )
      }
    }
    for structure in structures {
      _ = try SyntheticOrgan(extent: extent, seed: seed, structure: structure, imaging: imaging)
    }
    self.extent = extent
    self.seed = seed
    self.structures = structures
    self.pairCount = pairCount
    self.randomPairCount = randomPairCount
    self.variedPairCount = variedPairCount
    self.pairExtent = pairExtent
    self.imaging = imaging
  }

  /// The organ that pair `number` is cut from: one of its own, so that no two pairs share a voxel.
  package func pairSeed(_ number: Int) -> UInt64 {
    HashKey(seed: seed, purpose: .pairs)[number].bits >> 32
  }

  /// Planes that are drawn together: enough that little is drawn twice at their borders, few enough to limit memory.
  /// A function of the extent alone, because it determines the units.
  var slabDepth: Int {
    let planeBytes = max(1, extent.y * extent.x * PhantomSeries.bytesPerVoxel)
    return min(32, extent.z, max(1, (192 << 20) / planeBytes))
  }

  /// Image and label of a voxel.
  static let bytesPerVoxel = 6

  var slabs: Lattice { Lattice(extent: extent, cell: Extent(slabDepth, extent.y, extent.x)) }

  /// Slabs of every structure, then pairs of every structure.
  var unitCount: Int { structures.count * (slabs.count + allPairCount) }

  var allPairCount: Int { pairCount + randomPairCount + variedPairCount }

  package static let pairListName = "pairs.yaml"

  /// The pairs as `finetune` takes them; crops of one organ, in whatever stain, have one source.
  package var pairList: String {
    structures.map { structure in
      (0..<allPairCount).map { number in
        "- {image: \(pairFile("images", structure, number)), label: \(pairFile("labels", structure, number)), "
          + "structure: \(structure.rawValue), category: \(structure.category), source: organ \(number)}\n"
      }.joined()
    }.joined()
  }

  /// All planes and pairs, as paths relative to the output.
  var files: [String] {
    structures.flatMap { structure in
      let planes = (0..<extent.z).map { TIFFPlaneWriter.planeName($0, of: extent.z) }
      return ["planes", "labels"].flatMap { folder in planes.map { joinPath(structure.rawValue, folder, $0) } }
        + ["images", "labels"].flatMap { folder in (0..<allPairCount).map { pairFile(folder, structure, $0) } }
    }
  }

  /// How pair `number` is imaged; nil where as the series is.
  func variedImaging(ofPair number: Int, _ structure: Structure) -> VariedImaging? {
    number < pairCount + randomPairCount ? nil : VariedImaging(seed: pairSeed(number), structure: structure)
  }

  /// The organ that pair `number` is cut from, and where.
  ///
  /// - Parameter varied: how the pair is imaged; nil where as the series is.
  func organ(ofPair number: Int, _ structure: Structure, _ varied: VariedImaging?) throws
    -> (organ: SyntheticOrgan, region: Region)
  {
    let seed = pairSeed(number)
    guard let varied else {
      let organ = try SyntheticOrgan(extent: extent, seed: seed, structure: structure, imaging: imaging)
      if number < pairCount { return (organ, organ.pairRegion(of: pairExtent, number: number)) }
      // What glows at the border is learned from crops that show it: half of all are cut by it.
      let showsBorder = !(number - pairCount).isMultiple(of: 2)
      return (organ, organ.randomPairRegion(of: pairExtent, number: number, showsBorder: showsBorder))
    }
    // An organ of three times the edges of what is seen of it, so that most is seen inside of tissue and some at its border.
    let seen = varied.organExtent(for: pairExtent)
    let organ = try SyntheticOrgan(
      extent: Extent(seen.z * 3, seen.y * 3, seen.x * 3), seed: seed, structure: structure,
      imaging: varied.imaging)
    // By turns where there is much of the structure and at any place.
    let showsMuch = (number - pairCount - randomPairCount).isMultiple(of: 2)
    return (
      organ, showsMuch ? organ.pairRegion(of: seen, number: number) : organ.randomPairRegion(of: seen, number: number)
    )
  }

  /// - Parameter folder: `images` or `labels`.
  func pairFile(_ folder: String, _ structure: Structure, _ number: Int) -> String {
    joinPath("pairs", folder, "\(structure.rawValue)_\(number).nii.gz")
  }

  enum Unit: Sendable {
    case slab(Structure, index: Int)
    case pair(Structure, number: Int)
  }

  func unit(_ index: Int) -> Unit {
    let slabUnits = structures.count * slabs.count
    if index < slabUnits { return .slab(structures[index / slabs.count], index: index % slabs.count) }
    let rest = index - slabUnits
    return .pair(structures[rest / allPairCount], number: rest % allPairCount)
  }
}
