import Files
import VolumeFormats
import Voxels

/// A file that is written of a segmented case.
public struct CaseOutput: Sendable, Hashable {
  public enum Kind: String, Sendable, CaseIterable, Codable {
    /// 1 for the voxels of objects, 0 elsewhere.
    case mask
    /// The id of the object that a voxel belongs to, 0 elsewhere.
    case labels
    /// Of foreground: 0 to 255 in integers, 0 to 1 in floating point.
    case probabilities

    /// The first is the one that is written when nothing else is asked for.
    package var types: [StoredType] {
      switch self {
      case .mask: [.uint8, .int8, .uint16, .int16]
      case .labels: [.uint32, .uint16, .int32, .uint64]
      case .probabilities: [.uint8, .float16, .float32]
      }
    }
  }

  package let kind: Kind
  package let type: StoredType
  package let path: String
  /// Whether voxels are deflated, where the format leaves the choice.
  package var isCompressed = true

  /// - Throws: `Fault.usage` when what is written of `kind` has no such type, or the name tells no format that has it.
  public init(_ kind: Kind, type: String? = nil, path: String) throws {
    self.kind = kind
    self.path = path
    if let type {
      guard let stored = kind.types.first(where: { $0.rawValue == type }) else {
        throw Fault.usage(
          "\(kind.rawValue) cannot be written as \(type): expected one of "
            + kind.types.map(\.rawValue).joined(separator: ", "))
      }
      self.type = stored
    } else {
      self.type = kind.types[0]
    }
    try VolumeFileFormat(path: path).requireType(self.type, path: path)
  }

  /// The files of a case: at `path` itself where one kind is written, otherwise with the kind in their names, such as
  /// `case_mask.mha`.
  ///
  /// - Parameter type: for every kind that has it; the others have their usual one.
  /// - Throws: as `init`, also when no kind has the type.
  package static func all(
    _ kinds: [Kind], at path: String, type: String?, isCompressed: Bool = true
  ) throws -> [CaseOutput] {
    let kinds = kinds.isEmpty ? [.mask] : kinds
    let takesType = kinds.filter { kind in kind.types.contains { $0.rawValue == type } }
    return try kinds.map { kind in
      var output = try CaseOutput(
        kind, type: takesType.isEmpty || takesType.contains(kind) ? type : nil,
        path: kinds.count == 1 ? path : Self.path(path, suffix: kind.rawValue))
      output.isCompressed = isCompressed
      return output
    }
  }

  /// `case.nii.gz` as `case_mask.nii.gz`; a directory of planes as `case_mask/`.
  package static func path(_ path: String, suffix: String) -> String {
    let trimmed = path.hasSuffix("/") ? String(path.dropLast()) : path
    let name = trimmed.split(separator: "/").last.map(String.init) ?? trimmed
    let ending = Self.ending(of: name)
    let stem = trimmed.dropLast(ending.count)
    return "\(stem)_\(suffix)\(ending)" + (path.hasSuffix("/") ? "/" : "")
  }

  /// What follows the name of a case in that of a file, such as `.nii.gz`; empty for a directory.
  private static func ending(of name: String) -> String {
    for ending in [".nii.gz", ".ome.tif", ".ome.tiff"] where name.lowercased().hasSuffix(ending) {
      return String(name.suffix(ending.count))
    }
    return name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
  }
}
