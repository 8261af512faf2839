import Corpus
import Files
import Foundation
import VolumeFormats
import Zarr

/// A volume among several to segment.
public struct CaseRequest: Sendable, Equatable {
  /// Names its outputs: that of the file without its ending, and without nnU-Net's number of the channel.
  package var name: String
  package var path: String
  package var options: VolumeOptions

  package init(name: String, path: String, options: VolumeOptions) {
    self.name = name
    self.path = path
    self.options = options
  }
}

/// Finds the cases of a folder, a pattern, a list or several paths.
public struct CaseList: Sendable {
  /// What is read of every case that no list says more of.
  package let options: VolumeOptions
  /// The channel asked for; nil where none was.
  package let channel: Int?

  public init(options: VolumeOptions, channel: Int?) {
    self.options = options
    self.channel = channel
  }

  /// Whether what is named is one volume, so that the output is that of one case.
  package func isOneVolume(_ paths: [String]) throws -> Bool {
    guard paths.count == 1, let path = paths.first, !Self.isList(path), !Self.isPattern(path) else { return false }
    return try !isDirectory(path) || options.dataset != nil || options.planes != nil
      || members(of: path).volumes.isEmpty
  }

  /// The cases in the order of their names.
  ///
  /// - Throws: `Fault.noInput` where nothing is found, `Fault.usage` where two cases have one name, or there are images of
  ///   several channels and none of them was asked for.
  package func cases(_ paths: [String]) throws -> [CaseRequest] {
    var found: [CaseRequest] = []
    for path in paths {
      if fileExists(path) {
        if Self.isList(path) {
          found += try SourceRequest.list(sourcesFile: path).flatMap(listed)
        } else if isDirectory(path), options.dataset == nil, options.planes == nil {
          let members = try members(of: path).volumes
          found += members.isEmpty ? [request(path)] : members.map(request)
        } else {
          found.append(request(path))
        }
      } else if Self.isPattern(path) {
        let matches = try expandedGlob(path)
        guard !matches.isEmpty else { throw Fault.noInput("\(path) matches no file") }
        found += matches.map(request)
      } else {
        throw Fault.noInput("cannot read \(path): there is no such file or directory")
      }
    }
    let chosen = try withoutChannelNumbers(found)
    let sorted = chosen.sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
    for (first, second) in zip(sorted, sorted.dropFirst()) where first.name == second.name {
      throw Fault.usage(
        "\(first.path) and \(second.path) are both called \(first.name), and so would be what is written of them: give them "
          + "in two runs, or name them in a list (- {path: …, name: …})")
    }
    return sorted
  }

  /// What is passed over in folders of cases, as a sentence; nil where nothing is.
  package func passedOver(_ paths: [String]) throws -> String? {
    let strays = try paths.flatMap { path -> [String] in
      guard options.dataset == nil, options.planes == nil, isDirectory(path) else { return [] }
      let members = try members(of: path)
      return members.volumes.isEmpty ? [] : members.strays.map { joinPath(path, $0) }
    }
    return strays.isEmpty ? nil : "passed over, since they are no volumes: \(enumerated(strays))"
  }

  /// The volumes in a folder, and what else is there; none where it is a volume itself, or holds none.
  private func members(of directory: String) throws -> (volumes: [String], strays: [String]) {
    guard !Store.isStore(directory), !isContainer(directory) else { return ([], []) }
    let names = try VolumeNames(directory)
    let paths = names.volumes.map { joinPath(directory, $0.name) }
    // Besides, what an operating system puts into every folder.
    let strays = names.strays.filter { !$0.hasPrefix(".") && !["Thumbs.db", "desktop.ini"].contains($0) }
    let images = paths.filter { path in
      !isDirectory(path) && [".tif", ".tiff", ".png"].contains { path.lowercased().hasSuffix($0) }
    }
    guard let first = images.first, images.count == paths.count else { return (paths, strays) }
    // Planes of one volume, which may name one another, or a stack each.
    if (try? openVolume(directory, options: options)) != nil { return ([], []) }
    return (try? openVolume(first))?.description.extent.z ?? 1 > 1 ? (paths, strays) : ([], [])
  }

  private func isContainer(_ directory: String) -> Bool {
    ["zarr.json", ".zgroup", ".zarray", "attributes.json"].contains { fileExists(joinPath(directory, $0)) }
  }

  private static func isList(_ path: String) -> Bool {
    !isDirectory(path) && [".yaml", ".yml"].contains { path.lowercased().hasSuffix($0) }
  }

  private static func isPattern(_ path: String) -> Bool { !fileExists(path) && path.contains { "*?[".contains($0) } }

  private func request(_ path: String) -> CaseRequest {
    CaseRequest(name: Self.name(path), path: path, options: options)
  }

  private func listed(_ source: SourceRequest) throws -> [CaseRequest] {
    if let files = source.patchFiles {
      return files.map { file in
        let path = joinPath(source.path, file)
        return CaseRequest(name: Self.name(path), path: path, options: source.options)
      }
    }
    return [CaseRequest(name: source.name ?? Self.name(source.path), path: source.path, options: source.options)]
  }

  private static func name(_ path: String) -> String {
    let last = path.split(separator: "/").last { $0 != "." && $0 != ".." }.map(String.init) ?? "case"
    return stemOfVolume(last)
  }

  // MARK: nnU-Net's channels

  /// Where all names end in the number of a channel, one file of each case.
  private func withoutChannelNumbers(_ cases: [CaseRequest]) throws -> [CaseRequest] {
    let parts = cases.map { numberedChannel(ofStem: $0.name) }
    guard cases.count == parts.compactMap(\.self).count, parts.contains(where: { $0!.channel == 0 }) else {
      return cases
    }
    let channels = Set(parts.map { $0!.channel }).sorted()
    guard channels.count == 1 || channel != nil else {
      let numbers = channels.map { "_" + zeroPadded($0, 4) }.joined(separator: ", ")
      throw Fault.usage(
        "the cases have images of \(channels.count) channels (\(numbers)), such as \(cases[0].path), but the network takes "
          + "one: choose it by --channel, counted from 0")
    }
    let wanted = channel ?? channels[0]
    let chosen = zip(cases, parts).filter { $1!.channel == wanted }.map { request, parts in
      var request = request
      request.name = parts!.stem
      if channel != nil { request.options.channel = 0 }
      return request
    }
    let missing = Set(parts.map { $0!.stem }).subtracting(chosen.map(\.name)).sorted()
    if let first = missing.first {
      throw Fault.noInput(
        "case \(first) has no image of channel \(wanted) (\(first)_\(zeroPadded(wanted, 4)))"
          + (missing.count > 1 ? ", nor have \(missing.count - 1) others" : ""))
    }
    return chosen
  }
}
