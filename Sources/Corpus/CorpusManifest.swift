import IntensityStatistics
import Voxels

/// The description of a corpus without its table of patches: `corpus.json`.
package struct CorpusManifest: Codable, Equatable, Sendable {
  static let formatName = "sheaf-corpus"
  /// Version 2 has sources that are no stores, which versions before 0.3 cannot read.
  static let currentVersion = 2

  package let format: String
  package let version: Int
  package let options: CorpusOptions
  package let sources: [CorpusSource]
  package let structures: [StructureSummary]
  /// The CRC-32C of the table of patches, as `0x` and eight hexadecimal digits; nil in corpora of earlier versions.
  package internal(set) var tableChecksum: String?

  init(options: CorpusOptions, sources: [CorpusSource], structures: [StructureSummary]) {
    format = Self.formatName
    version = sources.allSatisfy { $0.place == nil } ? 1 : Self.currentVersion
    self.options = options
    self.sources = sources
    self.structures = structures
  }

  /// The tail contrast from which on patches of `source` are signal.
  package func contrast(of source: CorpusSource) -> Double {
    source.contrast ?? options.thresholds(forStructure: source.structure).contrast ?? .infinity
  }
}

/// One volume of a corpus.
package struct CorpusSource: Codable, Equatable, Sendable {
  /// The store's name without directory and `.zarr`.
  package let name: String
  /// The store: relative to the corpus, or absolute where they share no directory.
  package let path: String
  /// The volume's identity (see `volumeIdentity(of:)`), 16 hexadecimal digits.
  package let volume: String
  /// What the store's voxels are recognised by; nil for stores of versions before digests.
  package let contents: String?
  /// What is labelled; `unspecified` when the store does not say.
  package let structure: String
  /// Isolated or contiguous, sparse or dense; `unspecified` when the store does not say.
  package let category: String
  package let channel: Int
  package let extent: Extent
  package let voxelType: VoxelType
  /// Nil when the store does not say.
  package let voxelSizeInMicrometres: VoxelSize?
  /// The extent of each of its patches.
  package let patchExtent: Extent
  package let patchCount: Int
  package let takenCount: Int
  package let floor: NoiseFloor
  /// Nil in corpora of earlier versions, which had none.
  package let noise: NoiseModel?
  /// What lies around the sample; nil as `noise`.
  package let surround: Surround?
  /// The tail contrast from which on its patches are signal; nil in corpora of earlier versions, whose options give it.
  package var contrast: Double?
  package let normalisation: Normalisation
  /// The store with the copies of the taken patches, relative to the corpus, one shard a patch in the order of the
  /// table; nil when the corpus is not packed or has no patch of this source.
  package let packedPath: String?
  /// The share of the tissue that stands out of its surroundings; nil in corpora of earlier versions.
  package var density: Double?
  /// How a source that is not a store is read in place; nil for stores.
  package var place: SourcePlace?

  static let unspecified = "unspecified"

  package init(
    name: String, path: String, volume: String, contents: String? = nil, structure: String, category: String,
    channel: Int, extent: Extent,
    voxelType: VoxelType, voxelSizeInMicrometres: VoxelSize?, patchExtent: Extent, patchCount: Int, takenCount: Int,
    floor: NoiseFloor, noise: NoiseModel? = nil, surround: Surround? = nil, contrast: Double? = nil,
    normalisation: Normalisation,
    packedPath: String?, density: Double? = nil, place: SourcePlace? = nil
  ) {
    self.name = name
    self.path = path
    self.volume = volume
    self.contents = contents
    self.structure = structure
    self.category = category
    self.channel = channel
    self.extent = extent
    self.voxelType = voxelType
    self.voxelSizeInMicrometres = voxelSizeInMicrometres
    self.patchExtent = patchExtent
    self.patchCount = patchCount
    self.takenCount = takenCount
    self.floor = floor
    self.noise = noise
    self.surround = surround
    self.contrast = contrast
    self.normalisation = normalisation
    self.packedPath = packedPath
    self.density = density
    self.place = place
  }
}

/// How a source is read in place.
package struct SourcePlace: Codable, Equatable, Sendable {
  /// The format in words.
  package var format: String
  package var channel: Int
  package var timePoint: Int
  package var dataset: String?
  package var planes: String?
  /// Its statistics, relative to the corpus (`InPlaceStatistics`).
  package var statistics: String
  /// Files that hold a patch each; nil for a volume.
  package var patches: PatchPlaceSummary?
}

/// A source of files that hold a patch each.
package struct PatchPlaceSummary: Codable, Equatable, Sendable {
  /// All files, whether they can be used or not.
  package var count: Int
  /// How far the places of two patches along z are apart.
  package var pitch: Int
  /// The type of the files, of which the source's `voxelType` may be a narrower one.
  package var storedType: VoxelType
  package var damaged: [DamagedPatch]
}

/// A patch that was set aside.
package struct DamagedPatch: Codable, Equatable, Sendable {
  /// Relative to the source.
  package var file: String
  package var reason: String
}

/// Counts of patches of one structure.
package struct StructureSummary: Codable, Equatable, Sendable {
  package let structure: String
  package internal(set) var sources = 0
  package internal(set) var patches = 0
  package internal(set) var outside = 0
  /// Those of them that are in the corpus; nil in corpora of earlier versions, which had none.
  package internal(set) var outsideKept: Int?
  package internal(set) var lowSignal = 0
  /// Low-signal patches that are in the corpus.
  package internal(set) var lowSignalKept = 0
  package internal(set) var signal = 0
  /// Patches that a slightly different brightness threshold would have classified differently.
  package internal(set) var nearOutside = 0
  /// The same for the contrast threshold.
  package internal(set) var nearContrast = 0
  /// Patches left out by the limits per volume or structure; nil for none, or in corpora of earlier versions.
  package internal(set) var overLimit: Int?
  /// Nil in corpora of earlier versions.
  package let category: String?
  package internal(set) var takenCount: Int?

  /// Patches in the corpus.
  package var taken: Int { takenCount ?? signal + lowSignalKept + (outsideKept ?? 0) }

  init(structure: String, category: String? = nil) {
    self.structure = structure
    self.category = category
  }
}
