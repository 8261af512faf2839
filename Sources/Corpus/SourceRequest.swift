import VolumeFormats

/// What a corpus is asked to take patches from, as the command line or a sources file (`SourcesFile`) names it.
public struct SourceRequest: Sendable, Equatable {
  /// A store, a volume in any format, or a directory of patches.
  package var path: String
  /// The files that hold a patch each, where the request names them itself; `path` is then the directory that their names
  /// are relative to.
  package var patchFiles: [String]?
  /// What the source is called in the corpus; nil for the name of its file.
  package var name: String?
  /// Nil for what the store or the path of a patch says.
  package var structure: String?
  /// One of `categories`; nil for what the store, the path of a patch or the structure says.
  package var category: String?
  /// Channel, time point, dataset, planes and voxel size of a volume that is read in place.
  package var options: VolumeOptions
  /// A table of patches and the volumes they were cut from (`PatchList`).
  package var fileList: String?

  public init(_ path: String) {
    self.path = path
    options = VolumeOptions()
  }

  /// The sources that a sources file lists, see `SourcesFile`.
  ///
  /// - Throws: `Fault.badData` naming the line that cannot be used, `Fault.noInput` for what matches nothing.
  public static func list(sourcesFile path: String) throws -> [SourceRequest] { try SourcesFile.read(path) }

  /// The categories a structure may have, see `StructureCategory` (module `Evaluation`).
  package static let categories = [
    "isolated", "isolated-sparse", "isolated-dense", "contiguous", "contiguous-sparse", "contiguous-dense",
  ]
}
