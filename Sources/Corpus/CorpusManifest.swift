import IntensityStatistics
import Voxels

/// The description of a corpus without its table of patches: `corpus.json`.
package struct CorpusManifest: Codable, Equatable, Sendable {
  static let formatName = "sheaf-corpus"
  static let currentVersion = 1

  package let format: String
  package let version: Int
  package let options: CorpusOptions
  package let sources: [CorpusSource]
  package let structures: [StructureSummary]
  /// The CRC-32C of the table of patches, as `0x` and eight hexadecimal digits; nil in corpora of earlier versions.
  package internal(set) var tableChecksum: String?

  init(options: CorpusOptions, sources: [CorpusSource], structures: [StructureSummary]) {
    format = Self.formatName
    version = Self.currentVersion
    self.options = options
    self.sources = sources
    self.structures = structures
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
  package let normalisation: Normalisation
  /// The store with the copies of the taken patches, relative to the corpus, one shard a patch in the order of the
  /// table; nil when the corpus is not packed or has no patch of this source.
  package let packedPath: String?

  static let unspecified = "unspecified"

  package init(
    name: String, path: String, volume: String, contents: String? = nil, structure: String, category: String,
    channel: Int, extent: Extent,
    voxelType: VoxelType, voxelSizeInMicrometres: VoxelSize?, patchExtent: Extent, patchCount: Int, takenCount: Int,
    floor: NoiseFloor, normalisation: Normalisation, packedPath: String?
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
    self.normalisation = normalisation
    self.packedPath = packedPath
  }
}

/// Counts of patches of one structure.
package struct StructureSummary: Codable, Equatable, Sendable {
  package let structure: String
  package internal(set) var sources = 0
  package internal(set) var patches = 0
  package internal(set) var outside = 0
  package internal(set) var lowSignal = 0
  /// Low-signal patches that are in the corpus.
  package internal(set) var lowSignalKept = 0
  package internal(set) var signal = 0
  /// Patches that a slightly different brightness threshold would have classified differently.
  package internal(set) var nearOutside = 0
  /// The same for the contrast threshold.
  package internal(set) var nearContrast = 0

  /// Patches in the corpus.
  package var taken: Int { signal + lowSignalKept }

  init(structure: String) { self.structure = structure }
}
