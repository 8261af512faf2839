import Files
import Foundation

/// Keeps all other runs out of an output, or of the store that it belongs to, for as long as it lives. The output need
/// not exist.
///
/// The lock is a file beside the output, `.NAME.sheaf-lock`, so that it outlasts a replacement of the output. It is
/// removed at the end; what a killed run leaves of it excludes nobody.
package final class OutputLock: Sendable {
  private let lock: FileLock
  /// Directories that were made for the lock, the outermost last.
  private let made: [String]

  static let suffix = ".sheaf-lock"

  /// - Throws: `Fault.cannotCreate` when another run holds the lock.
  package init(_ output: String) throws {
    let whole = InputPlaces.whole(of: output)
    let parent = parentDirectory(of: whole)
    made = OutputLock.missing(parent)
    try createDirectory(parent)
    // Where only the output itself may be written to, the lock is in it; this is so for every run.
    let isInside = access(parent, W_OK) != 0 && isDirectory(whole)
    let path = isInside ? joinPath(whole, OutputLock.suffix) : OutputPlace.beside(whole, OutputLock.suffix)
    let found: FileLock?
    do {
      found = try FileLock(path, isTemporary: true)
    } catch let fault as Fault where fault.kind == .cannotCreate {
      throw Fault.cannotCreate("cannot create \(output): \(fault.message), which locks it; give another output")
    }
    guard let lock = found else {
      throw Fault.cannotCreate(
        "another run is writing \(output); wait for it to end or stop it, then run the same command again")
    }
    self.lock = lock
  }

  /// A command that is refused leaves no empty directories.
  deinit {
    lock.release()
    for directory in made where rmdir(directory) != 0 { break }
  }

  private static func missing(_ directory: String) -> [String] {
    var found: [String] = []
    var path = directory
    while !fileExists(path), path != "/", path != "." {
      found.append(path)
      path = parentDirectory(of: path)
    }
    return found
  }
}
