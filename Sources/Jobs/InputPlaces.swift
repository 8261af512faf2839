import Files
import Foundation

/// What a command writes at a path: a directory of files, or one file.
package enum OutputKind: Sendable {
  case directory, file
}

/// Where the inputs of a command are, for refusing outputs that would destroy them. Places are compared by the file
/// system's identities (`FileIdentity`), never by their spelling.
///
/// 1. An input is a file or a directory, and with it the store, corpus or training run that it belongs to: the input
///    `brain.zarr/0` stands for all of `brain.zarr`.
/// 2. An output must not be an input, contain one or lie in one.
/// 3. One thing may lie in an input: a directory among the files of a plain directory, such as a store beside the planes
///    that it is made from. It is no part of the input.
package struct InputPlaces: Sendable {
  private struct Place: Sendable {
    /// As the user gave it, or as it was found in a list.
    let path: String
    let identity: FileIdentity
    let ancestors: Set<FileIdentity>
    /// A directory in which others may write, because its files are all that counts.
    let isOpen: Bool
  }

  private var places: [Place] = []
  /// The files of plain directories.
  private var members: [FileIdentity: String] = [:]

  /// - Parameter paths: files and directories that are read; those that are missing are left to whoever reads them.
  package init(_ paths: [String]) {
    let mounts = Mounts.current
    var known: Set<String> = []
    let directories = Set(paths.filter(isDirectory).map { parentDirectory(of: joinPath($0, "file")) })
    // Files in a directory that is given too are found with it.
    for path in paths where known.insert(path).inserted && !directories.contains(parentDirectory(of: path)) {
      add(path, mounts)
    }
  }

  private mutating func add(_ path: String, _ mounts: Mounts) {
    let resolved = ResolvedPath(path, mounts: mounts)
    guard let identity = resolved.identity else { return }
    let isPlain = isDirectory(resolved.path) && !InputPlaces.isWhole(resolved.path)
    places.append(Place(path: path, identity: identity, ancestors: resolved.ancestors, isOpen: isPlain))
    if isPlain { addMembers(of: resolved.path, identity.device, mounts) }
    if let around = InputPlaces.outermostWhole(around: resolved) {
      let place = ResolvedPath(around, mounts: mounts)
      guard let identity = place.identity else { return }
      places.append(Place(path: around, identity: identity, ancestors: place.ancestors, isOpen: false))
    }
  }

  /// Planes may be hard links to files elsewhere, or symbolic ones.
  private mutating func addMembers(of directory: String, _ device: UInt64, _ mounts: Mounts) {
    guard let stream = opendir(directory) else { return }
    defer { closedir(stream) }
    var aboveTargets: [String: Set<FileIdentity>] = [:]
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let path = joinPath(directory, name)
      var type = Int(entry.pointee.d_type)
      if type == Int(DT_UNKNOWN) {
        // Not every file system tells.
        var status = stat()
        guard lstat(path, &status) == 0 else { continue }
        type =
          status.st_mode & S_IFMT == S_IFREG ? Int(DT_REG) : status.st_mode & S_IFMT == S_IFLNK ? Int(DT_LNK) : type
      }
      switch type {
      case Int(DT_REG):
        members[FileIdentity(device: device, inode: UInt64(truncatingIfNeeded: entry.pointee.d_ino))] = path
      case Int(DT_LNK):
        guard !isDirectory(path), let target = realPath(path), let identity = FileIdentity(of: target) else { continue }
        members[identity] = path
        let parent = parentDirectory(of: target)
        if aboveTargets[parent] == nil { aboveTargets[parent] = ResolvedPath(target, mounts: mounts).ancestors }
        places.append(Place(path: path, identity: identity, ancestors: aboveTargets[parent]!, isOpen: false))
      default: continue
      }
    }
  }

  /// Refuses an output that is an input, contains one or lies in one.
  ///
  /// - Throws: `Fault.cannotCreate` naming both.
  package func refuse(output: String, kind: OutputKind) throws {
    let own = ResolvedPath(output)
    func refusal(_ relation: String, _ input: String) -> Fault {
      Fault.cannotCreate("the output \(output) \(relation) the input \(input); give another output")
    }
    for place in places {
      if own.identity == place.identity { throw refusal("is", place.path) }
      if let identity = own.identity, place.ancestors.contains(identity) { throw refusal("contains", place.path) }
      if own.ancestors.contains(place.identity), !(kind == .directory && place.isOpen && isFree(own, below: place)) {
        throw refusal("lies in", place.path)
      }
    }
    if let identity = own.identity, let member = members[identity] { throw refusal("is", member) }
  }

  /// Whether no store or other whole lies between an output and the plain directory it is in.
  private func isFree(_ output: ResolvedPath, below place: Place) -> Bool {
    for directory in output.directories {
      if FileIdentity(of: directory) == place.identity { return true }
      if InputPlaces.isWhole(directory) { return false }
    }
    return true
  }

  /// Whether a directory is one whole to which nothing may be added: a Zarr or N5 group or array, a corpus, a run.
  private static func isWhole(_ directory: String) -> Bool {
    ["zarr.json", ".zgroup", ".zarray", "attributes.json", "corpus.json", "run.json"].contains {
      fileExists(joinPath(directory, $0))
    }
  }

  /// Directories of a whole need not all be marked: `patches/` of a corpus, `checkpoint/` of a run.
  private static let unmarkedLevels = 2

  private static func outermostWhole(around path: ResolvedPath) -> String? {
    var found: String?
    var unmarked = 0
    for directory in path.directories where unmarked <= unmarkedLevels {
      if isWhole(directory) { (found, unmarked) = (directory, 0) } else { unmarked += 1 }
    }
    return found
  }

  /// The outermost store, corpus or run that `path` belongs to, or `path` itself, without links.
  package static func whole(of path: String) -> String {
    let resolved = ResolvedPath(path)
    return outermostWhole(around: resolved) ?? resolved.path
  }
}

private func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// Refuses two outputs of one command that are the same or lie in each other.
///
/// - Throws: `Fault.cannotCreate`.
package func refuseOverlap(of output: String, and other: String) throws {
  let (own, second) = (ResolvedPath(output).path, ResolvedPath(other).path)
  guard own == second || own.hasPrefix(second + "/") || second.hasPrefix(own + "/") else { return }
  throw Fault.cannotCreate(
    "the outputs \(output) and \(other) are the same or lie in each other; give separate paths")
}

/// Refuses outputs that no command may write: the working directory, the home directory, and what contains them.
///
/// - Throws: `Fault.usage` for an empty path, `Fault.cannotCreate` otherwise.
package func refuseReservedPlace(_ output: String) throws {
  guard !output.isEmpty else { throw Fault.usage("the path of the output is empty; give a path") }
  guard let identity = ResolvedPath(output).identity else { return }
  for (place, name) in [
    (FileManager.default.currentDirectoryPath, "the working directory"), (NSHomeDirectory(), "the home directory"),
  ] {
    let resolved = ResolvedPath(place)
    guard identity == resolved.identity || resolved.ancestors.contains(identity) else { continue }
    throw Fault.cannotCreate(
      "the output \(output) is \(name) or contains it; give the path of a new file or directory")
  }
}
