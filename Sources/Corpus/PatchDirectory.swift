import Files
import Foundation
import VolumeFormats

/// The patches that lie in a directory, a file each, as Task 1 of SELMA3D hands them out:
/// `isolated_structures/<structure>/patchvolume_<number>.nii.gz`.
enum PatchDirectory {
  /// Endings of files that may hold a patch.
  private static let endings = [".nii", ".nii.gz", ".tif", ".tiff", ".mha", ".nrrd", ".npy"]
  /// Of these a directory may also hold the planes of one volume.
  private static let planeEndings = [".tif", ".tiff"]
  private static let deepest = 4

  static func isPatch(_ name: String) -> Bool {
    let lower = name.lowercased()
    return !lower.hasPrefix(".") && endings.contains { lower.hasSuffix($0) }
  }

  /// Whether a directory holds patches and is no volume itself: it, or directories in it, hold files of volumes, and they
  /// are not planes, which are one voxel deep.
  static func matches(_ directory: String) throws -> Bool {
    guard !isContainer(directory), let first = try firstPatch(below: directory, "", depth: 0) else { return false }
    guard planeEndings.contains(where: first.lowercased().hasSuffix) else { return true }
    // Planes lie in the directory itself. A plane may name the others, so that all of them open as one volume.
    if first.contains("/") { return true }
    if (try? openVolume(directory)) != nil { return false }
    return (try? openVolume(joinPath(directory, first)))?.description.extent.z ?? 1 > 1
  }

  private static func firstPatch(below root: String, _ inside: String, depth: Int) throws -> String? {
    let names = try directoryEntries(joinPath(root, inside)).filter { !$0.hasPrefix(".") }
    if let first = names.first(where: { isPatch($0) && !isDirectory(joinPath(root, inside, $0)) }) {
      return inside.isEmpty ? first : joinPath(inside, first)
    }
    guard depth < deepest else { return nil }
    for name in names {
      let path = joinPath(root, inside, name)
      guard isDirectory(path), !isContainer(path) else { continue }
      if let found = try firstPatch(below: root, inside.isEmpty ? name : joinPath(inside, name), depth: depth + 1) {
        return found
      }
    }
    return nil
  }

  /// The patches below a directory, by paths relative to it, sorted by bytes; nothing hidden.
  static func files(below root: String) throws -> [String] {
    func list(_ inside: String, depth: Int) throws -> [String] {
      try directoryEntries(joinPath(root, inside)).flatMap { name -> [String] in
        if name.hasPrefix(".") { return [] }
        let relative = inside.isEmpty ? name : joinPath(inside, name)
        let path = joinPath(root, relative)
        if isDirectory(path) {
          return depth < deepest && !isContainer(path) ? try list(relative, depth: depth + 1) : []
        }
        return isPatch(name) ? [relative] : []
      }
    }
    return try list("", depth: 0).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
  }

  /// Whether a directory is a Zarr or N5 container, or an output of Sheaf.
  private static func isContainer(_ directory: String) -> Bool {
    ["zarr.json", ".zgroup", ".zarray", "attributes.json", "corpus.json"].contains {
      fileExists(joinPath(directory, $0))
    }
  }

  /// What the path of a patch says about it: `contiguous_structures/blood vessels/patchvolume_7.nii.gz` is of the
  /// category `contiguous` and the structure `blood vessels`.
  ///
  /// - Parameter file: relative to `root`. A file in the root itself is named by the root where that lies in a directory
  ///   of a category.
  static func meaning(ofFile file: String, root: String) -> (structure: String?, category: String?) {
    let inside = file.split(separator: "/").dropLast().map(String.init)
    let above =
      (realpath(root, nil).map { pointer in
        defer { free(pointer) }
        return String(cString: pointer)
      } ?? root).split(separator: "/").map(String.init)
    let parts = above + inside
    let place = parts.lastIndex { categoryNamed($0) != nil }
    let category = place.flatMap { categoryNamed(parts[$0]) }
    if let place, place + 1 < parts.count { return (parts[place + 1], category) }
    return (inside.last.flatMap { categoryNamed($0) == nil ? $0 : nil }, category)
  }

  private static func categoryNamed(_ name: String) -> String? {
    var name = name.lowercased().replacingOccurrences(of: "_", with: "-")
    for ending in ["-structures", "-structure"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
    return SourceRequest.categories.contains(name) ? name : nil
  }
}
