import Files
import Foundation
import MPI

/// Where a command writes: the one place that decides whether it may, keeps other runs out, and replaces an old output
/// only when the new one is whole.
///
/// 1. The output is locked first, by a file beside it, and until the command ends: all its passes, and what replaces it.
/// 2. Without `--overwrite` passes write into the output itself, and resume what is there.
/// 3. With `--overwrite` they write into a hidden directory beside it, `.NAME.sheaf-new`, so that the old output stays
///    usable until the new one is whole; the same command resumes there. Then the old one is renamed to
///    `.NAME.sheaf-old`, the new one takes its name, and the old one is removed.
/// 4. A run that finds `.NAME.sheaf-old` finishes what a killed one has begun: the replacement was whole by then.
/// 5. An old output that Sheaf did not write, or in which there are files of others, is not replaced.
///
/// Rank 0 only, but for `write` with a communicator.
package final class OutputPlace {
  /// What `write` is told of an output.
  package struct Request {
    /// As the user gave it.
    package var path: String
    /// The command, settings and inputs. Nil for outputs without a record, which are always made from the beginning and
    /// never shown half done.
    package var owner: OutputOwner?
    /// Whether a file in an output without a record is one that the command writes, by its name.
    package var isOwnFile: (String) -> Bool = { _ in false }
    /// What the command reads.
    package var inputs: [String]
    /// Whether a replacement that this owner has begun at a path can be continued there, or has to begin from the
    /// beginning: for what the owner's identity does not tell.
    package var isContinuable: (_ workPath: String) -> Bool = { _ in true }

    package init(_ path: String, owner: OutputOwner?, inputs: [String]) {
      self.path = path
      self.owner = owner
      self.inputs = inputs
    }

    /// A directory of planes.
    package init(planes path: String, inputs: [String], isPlane: @escaping (String) -> Bool) {
      self.init(path, owner: nil, inputs: inputs)
      isOwnFile = isPlane
    }
  }

  private let request: Request
  /// Where the passes write.
  package let workPath: String
  /// Without links.
  private let finalPath: String
  private let lock: OutputLock?

  private static let newSuffix = ".sheaf-new"
  private static let oldSuffix = ".sheaf-old"

  static func isHiddenName(_ name: String) -> Bool {
    name.hasPrefix(".") && [OutputLock.suffix, newSuffix, oldSuffix].contains { name.hasSuffix($0) }
  }

  /// A hidden name beside `path`.
  static func beside(_ path: String, _ suffix: String) -> String {
    joinPath(parentDirectory(of: path), ".\(path.split(separator: "/").last ?? "")\(suffix)")
  }

  /// What a path that passes write to stands for: the output itself also where they build its replacement.
  package static func shown(_ workPath: String) -> String {
    let name = workPath.split(separator: "/").last ?? ""
    guard name.hasPrefix("."), name.hasSuffix(newSuffix) else { return workPath }
    return joinPath(parentDirectory(of: workPath), String(name.dropFirst().dropLast(newSuffix.count)))
  }

  /// The hidden place beside `path` where what becomes a file is made, and continued by a later run.
  package static func workPath(of path: String) -> String { beside(path, newSuffix) }

  private var newPath: String { OutputPlace.beside(finalPath, OutputPlace.newSuffix) }
  private var oldPath: String { OutputPlace.beside(finalPath, OutputPlace.oldSuffix) }

  /// Runs `body`, which writes the output, and puts the result in its place. Collective.
  ///
  /// - Parameters:
  ///   - settings: those of the command. Those that `body` receives replace nothing: that is done here.
  ///   - body: receives where to write, and the settings for its jobs.
  ///   - completion: runs on rank 0 once the output is in its place, still under its lock.
  /// - Throws: `Fault.cannotCreate` when the output must not be written or another run writes it; what `body` throws.
  package static func write<Result>(
    _ request: Request, settings: JobSettings, communicator: Communicator,
    _ body: (_ workPath: String, _ settings: JobSettings) throws -> Result, completion: () throws -> Void = {}
  ) throws -> Result {
    var place: OutputPlace?
    let workPath = try communicator.rootOnly { () throws -> String in
      let opened = try OutputPlace(request, settings: settings)
      place = opened
      return opened.workPath
    }
    var bodySettings = settings
    bodySettings.overwrite = false
    let result = try body(workPath, bodySettings)
    try communicator.rootOnly {
      try place!.commit()
      try completion()
    }
    return result
  }

  /// As `write` with a communicator, for what rank 0 does alone.
  package static func write<Result>(
    _ request: Request, settings: JobSettings, _ body: (_ workPath: String) throws -> Result
  ) throws -> Result {
    let place = try OutputPlace(request, settings: settings)
    let result = try body(place.workPath)
    try place.commit()
    return result
  }

  /// Runs `body`, which writes a single file, under the file's lock; what a killed run left of it is removed. Rank 0
  /// only.
  ///
  /// - Parameter body: receives where to write: a link stands for the file that it leads to.
  /// - Throws: `Fault.cannotCreate` when the file must not be written; what `body` throws.
  package static func writeFile<Result>(
    _ path: String, _ format: OutputFileFormat, inputs: [String], settings: JobSettings,
    _ body: (_ path: String) throws -> Result
  ) throws -> Result {
    try refuseReservedPlace(path)
    try InputPlaces(inputs).refuse(output: path, kind: .file)
    let lock = settings.dryRun ? nil : try OutputLock(path)
    return try withExtendedLifetime(lock) {
      try format.refuseToReplace(path, overwrite: settings.overwrite)
      let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
      let target = isLink ? ResolvedPath(path).path : path
      if !settings.dryRun { try removePartialFiles(of: target) }
      return try body(target)
    }
  }

  /// Checks the place of a command's second output before the first is written. Rank 0 only.
  ///
  /// - Throws: `Fault.cannotCreate` when something is there that the command must not replace.
  package static func requireFree(_ path: String, command: String, settings: JobSettings) throws {
    let place = ResolvedPath(path).path
    let owner = OutputOwner(command: command, identity: "")
    if settings.overwrite {
      try requireReplaceable(Request(path, owner: owner, inputs: []), place, overwrite: true)
    } else if try OutputOwner(recordedIn: place) == nil {
      try owner.requireFree(place)
    }
  }

  init(_ request: Request, settings: JobSettings) throws {
    try refuseReservedPlace(request.path)
    try InputPlaces(request.inputs).refuse(output: request.path, kind: .directory)
    self.request = request
    let path = ResolvedPath(request.path).path
    finalPath = path
    let (new, old) = (OutputPlace.beside(path, OutputPlace.newSuffix), OutputPlace.beside(path, OutputPlace.oldSuffix))
    guard !settings.dryRun else {
      lock = nil
      if settings.overwrite || request.owner == nil {
        try OutputPlace.requireReplaceable(request, path, overwrite: settings.overwrite)
        // A name that is never used stands for an output that does not exist yet.
        workPath = OutputPlace.continues(request, new) ? new : new + OutputPlace.newSuffix
      } else {
        workPath = request.path
      }
      return
    }
    lock = try OutputLock(request.path)
    let isRecovered = try OutputPlace.recover(path, new: new, old: old)
    if isRecovered, OutputPlace.continues(request, path) {
      // A run that was killed while it replaced the old output had finished this one.
      workPath = request.path
    } else if settings.overwrite || request.owner == nil {
      try OutputPlace.requireReplaceable(request, path, overwrite: settings.overwrite)
      if fileExists(new), !OutputPlace.continues(request, new) { try OutputPlace.remove(new) }
      workPath = new
    } else {
      if fileExists(new) {
        if !fileExists(path), OutputPlace.continues(request, new) {
          try OutputPlace.move(new, to: path)
        } else {
          settings.console.line(
            "note: \(new) holds an unfinished replacement of \(request.path); the command that began it finishes it, or "
              + "remove it")
        }
      }
      workPath = request.path
    }
  }

  /// Puts a replacement in its place.
  func commit() throws {
    guard workPath == newPath, fileExists(newPath) else { return }
    if fileExists(finalPath) {
      // Others may have put something there meanwhile.
      try OutputPlace.requireReplaceable(request, finalPath, overwrite: true)
      try OutputPlace.move(finalPath, to: oldPath)
    }
    try OutputPlace.move(newPath, to: finalPath)
    if fileExists(oldPath) { try OutputPlace.remove(oldPath) }
  }

  // MARK: Steps

  /// Finishes a replacement that was interrupted between its renames.
  ///
  /// - Returns: whether there was one.
  private static func recover(_ path: String, new: String, old: String) throws -> Bool {
    guard fileExists(old) else { return false }
    if !fileExists(path) {
      guard fileExists(new) else {
        try move(old, to: path)
        return false
      }
      try move(new, to: path)
    }
    try remove(old)
    return true
  }

  private static func continues(_ request: Request, _ path: String) -> Bool {
    guard let owner = request.owner, fileExists(path), let recorded = try? OutputOwner(recordedIn: path) else {
      return false
    }
    return recorded == owner && request.isContinuable(path)
  }

  /// - Throws: `Fault.cannotCreate` when there is anything at `path` that Sheaf did not write.
  private static func requireReplaceable(_ request: Request, _ path: String, overwrite: Bool) throws {
    guard fileExists(path) else { return }
    guard isDirectory(path) else {
      throw Fault.cannotCreate(
        "\(request.path) is a file, where a directory is to be written; remove it or give another output")
    }
    guard FileIdentity(of: path)?.device == FileIdentity(of: parentDirectory(of: path))?.device else {
      throw Fault.cannotCreate(
        "\(request.path) is where a file system is mounted and cannot be replaced; give a directory in it")
    }
    let recorded: OutputOwner?
    do {
      recorded = try OutputOwner(recordedIn: path)
    } catch let fault as Fault where fault.kind == .badData {
      // What Sheaf wrote and is damaged may be replaced too.
      return try requireOwnFiles(request, path, command: nil)
    }
    guard let owner = request.owner else {
      let names = try directoryEntries(path).filter { !OutputFiles.isPreparation($0) }
      if names.isEmpty { return }
      let listed = (try? OutputContents.read(in: path))?.files
      let other = names.first { name in
        !(listed.map { $0[name] != nil } ?? request.isOwnFile(name)) || isDirectory(joinPath(path, name))
      }
      if let other {
        throw Fault.cannotCreate(
          "\(request.path) holds \(other), which is not a plane of this export; write planes to a new or empty directory"
        )
      }
      guard overwrite else {
        throw Fault.cannotCreate(
          "\(request.path) holds planes already; give another directory, or --overwrite to replace them")
      }
      return
    }
    if let recorded {
      try requireOwnFiles(request, path, command: recorded.command)
    } else {
      try owner.requireFree(path)
    }
  }

  private static func requireOwnFiles(_ request: Request, _ path: String, command: String?) throws {
    guard let foreign = try OutputFiles(of: command).foreignFile(in: path) else { return }
    throw Fault.cannotCreate(
      "\(request.path) holds \(foreign), which is not Sheaf's to remove; move it elsewhere, or give another output")
  }

  private static func move(_ path: String, to target: String) throws {
    if rename(path, target) != 0 {
      throw Fault.cannotCreate("cannot rename \(path) to \(target): \(systemErrorText())")
    }
    try flushDirectory(parentDirectory(of: target))
  }

  private static func remove(_ path: String) throws {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw Fault.cannotCreate("cannot remove \(path): \(plainText(of: error))")
    }
  }
}
