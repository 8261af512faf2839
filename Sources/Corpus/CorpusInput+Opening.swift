import Files
import Foundation
import Jobs
import MPI
import VolumeFormats
import Voxels
import Zarr

extension CorpusInput {
  /// The sources of a corpus in the one order that does not depend on how they were listed. Collective.
  ///
  /// - Parameter categoryOf: the category of a structure whose category nobody gave.
  /// - Throws: `Fault.noInput` and `Fault.badData` for what is missing, unfinished or no volume, `Fault.usage` when a source
  ///   is listed twice or two have one name.
  static func open(
    _ requests: [SourceRequest], categoryOf: (String) -> String?, settings: JobSettings, _ communicator: Communicator
  ) throws -> [CorpusInput] {
    guard !requests.isEmpty else { throw Fault.usage("a corpus needs at least one source") }
    var inputs: [CorpusInput] = []
    for request in requests {
      if let opened = try communicator.everyRank({ try open(request, categoryOf) }) {
        inputs.append(opened)
      } else {
        inputs += try openPatches(request, categoryOf: categoryOf, settings: settings, communicator)
      }
    }
    let sorted = inputs.sorted {
      ($0.structure, $0.name, $0.fingerprint, $0.channel) < ($1.structure, $1.name, $1.fingerprint, $1.channel)
    }
    try refuseRepetitions(sorted)
    return sorted
  }

  /// Nil for a directory of patches.
  private static func open(_ request: SourceRequest, _ categoryOf: (String) -> String?) throws -> CorpusInput? {
    if request.patchFiles != nil { return nil }
    let path = request.path
    guard fileExists(path) else {
      throw Fault.noInput("cannot read \(path): there is no such file or directory")
    }
    if request.options.dataset == nil, request.options.planes == nil {
      // An archive may be one too.
      if Store.isStore(path) {
        let store = try Store.open(path, channel: request.options.channel, timePoint: request.options.timePoint)
        if store.isOurs { return try CorpusInput(store: store, request, categoryOf: categoryOf) }
      } else if isDirectory(path), try PatchDirectory.matches(path) {
        return nil
      }
    }
    guard request.fileList == nil else {
      throw Fault.usage("\(path) is one volume: a file list tells the volumes of patches; leave it out")
    }
    return CorpusInput(volume: try openVolume(path, options: request.options), request, categoryOf: categoryOf)
  }

  private static func refuseRepetitions(_ sorted: [CorpusInput]) throws {
    var places: [String: CorpusInput] = [:]
    for input in sorted {
      let file = realpath(input.path, nil).map { pointer in
        defer { free(pointer) }
        return String(cString: pointer)
      }
      let patches = if case .patches(let files) = input.content { files.names.first ?? "" } else { "" }
      let place = "\(file ?? input.path)\n\(input.isStore ? "" : input.selection)\n\(patches)"
      if let other = places.updateValue(input, forKey: place) {
        throw Fault.usage("\(other.path) and \(input.path) are the same source: give each source once")
      }
    }
    for (first, second) in zip(sorted, sorted.dropFirst())
    where first.isStore && first.fingerprint == second.fingerprint && first.channel == second.channel
      && first.name == second.name
    {
      throw Fault.usage("\(first.path) and \(second.path) hold the same volume: give each store once")
    }
    for (name, inputs) in Dictionary(grouping: sorted, by: \.name).sorted(by: { $0.key < $1.key })
    where inputs.count > 1 {
      throw Fault.usage(
        "two sources have the name \"\(name)\": \(inputs[0].path) and \(inputs[1].path); a corpus tells its sources apart "
          + "by their names: give one of them another with name: in a sources file")
    }
  }

  // MARK: Patches

  private static func openPatches(
    _ request: SourceRequest, categoryOf: (String) -> String?, settings: JobSettings, _ communicator: Communicator
  ) throws -> [CorpusInput] {
    let root = request.path
    // As rank 0 sees the directory.
    let names = try communicator.rootOnly { () throws -> [String] in
      let given = request.patchFiles ?? []
      return try given.isEmpty ? PatchDirectory.files(below: root) : given
    }
    guard !names.isEmpty else {
      throw Fault.noInput(
        "\(root) holds no patches: expected .nii.gz, .nii, .tif, .mha, .nrrd or .npy files, each a patch"
      ).onEveryRank
    }
    let headers = try PatchHeader.read(
      names.map { joinPath(root, $0) }, request.options, threads: settings.threads, communicator)
    let (volumes, unused) = try communicator.everyRank { () throws -> ([String?], Int) in
      guard let list = request.fileList else { return ([String?](repeating: nil, count: names.count), 0) }
      return try PatchList(list).volumes(of: names, root: root)
    }
    var groups: [PatchGroup: [Int]] = [:]
    for (number, name) in names.enumerated() {
      let meaning = PatchDirectory.meaning(ofFile: name, root: root)
      let (structure, category) = Self.meaning(
        request, structure: meaning.structure, category: meaning.category, categoryOf)
      groups[PatchGroup(structure: structure, category: category, volume: volumes[number]), default: []].append(number)
    }
    var inputs = try groups.sorted { $0.key < $1.key }.map { group, members in
      try patches(members, group, names, headers, request, isOnly: groups.count == 1)
    }
    if let list = request.fileList {
      let unnamed = volumes.count { $0 == nil }
      if unnamed > 0 {
        inputs[0].doubts.append(
          "\(list) does not name the volume of \(unnamed) of \(names.count) patches in \(root); their intensities are "
            + "normalised by structure")
      }
      if unused > 0 { inputs[0].doubts.append("\(list) names \(unused) patches that are not in \(root)") }
    }
    return inputs
  }

  /// What patches of one source have in common.
  private struct PatchGroup: Hashable, Comparable {
    let structure: String
    let category: String
    let volume: String?

    static func < (a: PatchGroup, b: PatchGroup) -> Bool {
      (a.structure, a.category, a.volume ?? "") < (b.structure, b.category, b.volume ?? "")
    }
  }

  private static func patches(
    _ members: [Int], _ group: PatchGroup, _ names: [String], _ headers: [PatchHeader], _ request: SourceRequest,
    isOnly: Bool
  ) throws -> CorpusInput {
    let root = request.path
    let usable = members.filter { headers[$0].fault == nil }
    guard let first = usable.first else {
      throw Fault.badData(
        "none of the \(members.count) patches of \(group.structure) in \(root) can be read; the first: "
          + (headers[members[0]].fault ?? "")
      ).onEveryRank
    }
    if let other = usable.first(where: { headers[$0].voxelType != headers[first].voxelType }) {
      throw Fault.badData(
        "the patches of \(group.structure) in \(root) have different voxel types: \(names[first]) is "
          + "\(headers[first].voxelType.rawValue) and \(names[other]) is \(headers[other].voxelType.rawValue), so that their "
          + "intensities may not be on one scale; convert them to one type, or give them as separate sources with a "
          + "structure each"
      ).onEveryRank
    }
    let files = PatchFiles(
      names: members.map { names[$0] }, extents: members.map { headers[$0].extent },
      voxelType: headers[first].voxelType, voxelSizeInMicrometres: headers[first].voxelSizeInMicrometres,
      faults: Dictionary(
        uniqueKeysWithValues: members.enumerated().compactMap { index, number in
          headers[number].fault.map { (index, $0) }
        }), format: headers[first].format)
    let name = request.name.map { isOnly ? $0 : "\($0)-\(group.structure)" } ?? group.structure
    var input = CorpusInput(
      patches: files, path: root, name: group.volume.map { "\(name)-\($0)" } ?? name, structure: group.structure,
      category: group.category, options: request.options)
    let sizes = Dictionary(grouping: usable, by: { headers[$0].extent })
    if sizes.count > 1 {
      let (common, odd) = { ($0[0], $0[1]) }(
        sizes.sorted { ($0.value.count, $1.key.text) > ($1.value.count, $0.key.text) })
      input.doubts.append(
        "the patches of \(group.structure) in \(root) have \(sizes.count) different sizes: \(common.value.count) are "
          + "\(common.key), \(odd.value.count) are \(odd.key), such as \(names[odd.value[0]]); smaller ones are padded where "
          + "a crop does not fit")
    }
    let spacings = Set(usable.compactMap { headers[$0].voxelSizeInMicrometres })
    if spacings.count > 1, request.options.voxelSizeInMicrometres == nil {
      input.doubts.append(
        "the patches of \(group.structure) in \(root) have \(spacings.count) different voxel sizes; the corpus records that "
          + "of \(names[first])")
    }
    return input
  }
}
