import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Tiling
import Voxels

extension PatchCorpus {
  /// Creates the corpus of `sources` in directory `path`. Collective; every rank returns the finished corpus.
  ///
  /// 1. Sources that are not stores of Sheaf are read once, for their statistics (`InPlaceStatistics`).
  /// 2. Each source's patches are judged from its statistics; no voxel is read.
  /// 3. Rank 0 selects (`selectPatches`).
  /// 4. When packed, every taken patch is copied into a shard of its own.
  /// 5. Table and manifest are published, the manifest last: a corpus without it is not finished. Then the contents
  ///    file lists all files with their checksums.
  ///
  /// The bytes depend on the sources' voxels and the options alone: not on the order of the sources, ranks, threads or
  /// restarts.
  ///
  /// - Parameters:
  ///   - programVersion: for the settings left beside the output.
  ///   - findsCopies: whether voxels of all sources are compared (`CopySearch`).
  ///   - copiesPatches: whether the patches are going to be exported, so that the plan has the memory for it.
  ///   - categoryOf: the category of a structure whose category nobody gave.
  ///   - isStopRequested: asked while volumes are read.
  ///   - completion: what else the command writes from the finished corpus, before it takes the place of an old one.
  /// - Throws: `Fault.usage` for impossible options, `Fault.noInput` or `Fault.badData` when a source is missing,
  ///   unfinished or damaged, `Fault.cannotCreate` when `path` holds something else; what `Job` throws.
  public static func select(
    _ requests: [SourceRequest], path: String, options: CorpusOptions, programVersion: String,
    communicator: Communicator, settings: JobSettings, copiesPatches: Bool = false, findsCopies: Bool = false,
    categoryOf: (String) -> String? = { _ in nil }, isStopRequested: @escaping @Sendable () -> Bool = { false },
    completion: (PatchCorpus) throws -> Void = { _ in }
  ) throws -> PatchCorpus {
    try options.check()
    // Tables of cells, as large for each volume.
    keepFreedMemory()
    let sources = try CorpusInput.open(requests, categoryOf: categoryOf, settings: settings, communicator)
    let resolved = try communicator.everyRank {
      try resolve(options, sources, programVersion: programVersion, settings.console.warnings)
    }
    if sources.contains(where: { $0.structure == CorpusSource.unspecified }) {
      settings.console.warn(
        "sources without a structure count as one structure, \"\(CorpusSource.unspecified)\"; name it with "
          + "`sheaf tile --structure`, or with structure: in a sources file")
    }
    for doubt in sources.flatMap(\.doubts) { settings.console.warn(doubt) }
    let request = OutputPlace.Request(path, owner: OutputOwner(resolved), inputs: requests.map(\.path))
    let corpus = try OutputPlace.write(request, settings: settings, communicator: communicator) { workPath, settings in
      let surveys = try sources.enumerated().map { number, source -> InPlaceStatistics? in
        if source.isStore { return nil }
        return try InPlaceStatistics(
          source, path: InPlaceStatistics.path(inCorpus: workPath, number, name: source.name), settings: settings,
          isStopRequested: isStopRequested)
      }
      let corpus = try select(
        sources, surveys, path: workPath, replacing: workPath == path ? nil : path, options: options,
        resolved: resolved, communicator: communicator, settings: settings, copiesPatches: copiesPatches,
        findsCopies: findsCopies)
      try completion(corpus)
      return corpus
    }
    return PatchCorpus(path: path, manifest: corpus.manifest, patches: corpus.patches)
  }

  private static func select(
    _ sources: [CorpusInput], _ surveys: [InPlaceStatistics?], path: String, replacing old: String?,
    options: CorpusOptions, resolved: ResolvedSettings, communicator: Communicator, settings: JobSettings,
    copiesPatches: Bool, findsCopies: Bool
  ) throws -> PatchCorpus {
    let ownDirectory = CorpusPaths.ownDirectory(path)
    let previous = try sources.map { source -> InPlaceStatistics? in
      guard !source.isStore, let old, let path = InPlaceStatistics.path(inOldCorpus: old, name: source.name) else {
        return nil
      }
      return try InPlaceStatistics(source, path: path, settings: settings)
    }
    let patchCount = sources.reduce(0) { $0 + $1.patchCount(options) }
    let patchBytes = sources.map { options.patchBytesAtMost(of: $0.patchExtent(options)) }.max() ?? 0
    let largest = sources.map(\.statisticsByteCount).max() ?? 0
    let job = try Job(
      plan: JobPlan(
        command: resolved.command, unitCount: sources.count, unitName: "sources",
        bytesRead: sources.reduce(0) { $0 + ($1.isStore ? $1.statisticsByteCount : $1.byteCount) },
        // Counts of one byte on disk take four in memory, beside what a cell costs whatever it holds.
        memoryPerRankInBytes: max(
          8 * largest + 64 << 20, surveys.compactMap { $0?.pass.memoryInBytes }.max() ?? 0,
          options.isPacked || copiesPatches ? patchMemoryInBytes(patchBytes) : 0),
        diskNeededInBytes: 1 << 10 * patchCount,
        description: describe(
          sources, isKnown: sources.indices.map { surveys[$0]?.isThere == true || previous[$0]?.isThere == true },
          options, patchCount: patchCount)),
      directory: ownDirectory, identity: resolved.identity, output: path, communicator: communicator,
      settings: settings)
    for (number, survey) in surveys.enumerated() {
      guard let survey else { continue }
      if try survey.take(
        number: number, corpus: path, old: previous[number], resolved: resolved, settings: settings, communicator)
      {
        try job.takeBack([number])
      }
    }
    let memoryOfUnit = 8 * largest + 64 << 20
    let unitsAtOnce = patchesAtOnce(
      threads: settings.threads, memoryInBytes: settings.memoryInBytes, patchBytes: memoryOfUnit)
    let outcome = try job.run(unitsAtOnce: unitsAtOnce) { unit in
      try encoder.encode(sources[unit].judge(options, survey: surveys[unit]))
    }
    let selection = try communicator.rootOnly { () throws -> Selection in
      let judged = try outcome.payloads.map { try JSONDecoder().decode(JudgedSource.self, from: $0) }
      warnOfDoubts(sources, judged, options, settings.console)
      return Selection(judged: judged)
    }
    var corpus = try communicator.everyRank { try assemble(sources, selection.judged, surveys, options, path: path) }
    for doubt in corpus.doubts(selection.judged) { settings.console.warn(doubt) }
    if findsCopies {
      let copies = try communicator.rootOnly {
        try CorpusInput.copies(sources, surveys, selection.judged, threads: settings.threads)
      }
      for doubt in copies { settings.console.warn(doubt) }
    }
    try settings.console.settleWarnings(communicator)
    if options.isPacked {
      try PatchPacking(corpus: corpus).run(resolved, communicator: communicator, settings: settings)
    }
    corpus.manifest.tableChecksum = try communicator.rootOnly { () throws -> String in
      try resolved.requireUnchangedInputs()
      let table = Data(PatchTable.text(corpus.patches, sources: corpus.manifest.sources).utf8)
      var manifest = corpus.manifest
      manifest.tableChecksum = PatchTable.checksum(table)
      try OutputContents.unseal(path)
      try resolved.write(to: ownDirectory)
      try publish(table, to: CorpusPaths.table(path))
      try removePartialFiles(
        in: path, andBelow: [PrivateDirectory.name, CorpusPaths.packedDirectoryName])
      try publish(try encoder.encode(manifest) + Data("\n".utf8), to: CorpusPaths.manifest(path))
      // Packed stores have contents of their own.
      let statistics = manifest.sources.compactMap(\.place?.statistics).flatMap { [$0, $0 + ".json"] }
      try OutputContents.seal(
        path, kind: .corpus,
        files: [CorpusPaths.manifestName, CorpusPaths.tableName] + statistics + OutputContents.ownFiles(in: path))
      return manifest.tableChecksum!
    }
    return corpus
  }

  /// What rank 0 sends to the others.
  private struct Selection: Codable {
    let judged: [JudgedSource]
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  private static func resolve(
    _ options: CorpusOptions, _ sources: [CorpusInput], programVersion: String, _ warnings: Warnings
  ) throws -> ResolvedSettings {
    var resolved = ResolvedSettings(command: "corpus", programVersion: programVersion, warnings: warnings)
    resolved.add("patch", options.patchEdge)
    resolved.add("low-signal", options.lowSignalShare)
    resolved.add("of", options.lowSignalOf.rawValue)
    resolved.add("outside-share", options.outsideShare ?? 0)
    resolved.add("seed", options.seed)
    if let sigmas = options.thresholds.outsideSigmas {
      resolved.add("outside", sigmas)
    } else {
      resolved.add("outside", "found in the volume")
    }
    if let contrast = options.thresholds.contrast {
      resolved.add("contrast", contrast)
    } else {
      resolved.add("contrast", "found in the volume")
    }
    for (structure, contrast) in options.contrastOfStructure.sorted(by: { $0.key < $1.key }) {
      resolved.add("contrast of \(structure)", contrast)
    }
    resolved.add("packed", options.isPacked)
    // Only where given: corpora of earlier versions do not mention them.
    if let limit = options.maxPerVolume { resolved.add("max-per-volume", limit) }
    if let limit = options.maxPerStructure { resolved.add("max-per-structure", limit) }
    for source in sources {
      resolved.add("volume", "\(source.structure), \(source.category), channel \(source.channel), \(source.name)")
      if source.isStore {
        try resolved.add(input: "store", store: source.path, legacyName: "statistics")
      } else {
        // Which files changed is for `InPlaceStatistics` to find.
        let selection = source.selection
        try resolved.add(input: "in place", path: source.path, files: source.files, legacyPaths: [source.path]) {
          selection
        }
      }
    }
    return resolved
  }

  private static func describe(
    _ sources: [CorpusInput], isKnown: [Bool], _ options: CorpusOptions, patchCount: Int
  ) -> [String] {
    let count = sources.count == 1 ? "1 source" : "\(sources.count) sources"
    var lines = ["\(patchCount) patches with an edge of \(options.patchEdge) voxels in \(count)"]
    if sources.allSatisfy({ if case .patches = $0.content { true } else { false } }) {
      lines = ["\(patchCount) patches in \(count)"]
    }
    for (source, isKnown) in zip(sources, isKnown) {
      var line = "\(source.path): \(source.structure), "
      switch source.content {
      case .patches(let files):
        // Several sources lie in one directory.
        line = "\(source.path): \(source.name), "
        line += "\(files.names.count) patches of \(files.largest) in files, \(files.format)"
      default:
        line += "\(source.extent) voxels, \(source.patchCount(options)) patches of \(source.patchExtent(options))"
      }
      if !source.isStore { line += isKnown ? "; its statistics are known" : "; read once for its statistics" }
      lines.append(line)
      lines += source.notes.map { "note: \($0)" }
      if case .patches = source.content { continue }
      if (0..<3).contains(where: { source.extent[$0] < options.patchEdge }) {
        lines.append(
          "note: \(source.path) is smaller than a patch of \(options.patchEdge) voxels: its patches have "
            + "\(source.patchExtent(options))")
      }
    }
    return lines
  }

  private static func assemble(
    _ sources: [CorpusInput], _ judged: [JudgedSource], _ surveys: [InPlaceStatistics?], _ options: CorpusOptions,
    path: String
  ) throws -> PatchCorpus {
    let places = sources.indices.map { number -> PatchPlaces? in
      guard case .patches(let files) = sources[number].content, let usable = judged[number].files else { return nil }
      return PatchPlaces(regions: usable.map(files.region), files: usable.map { files.names[$0] })
    }
    let patches = selectPatches(judged, options, places: places)
    var taken = [Int](repeating: 0, count: sources.count)
    for patch in patches where patch.isTaken { taken[patch.source] += 1 }
    let described = try sources.enumerated().map { number, source in
      let isPacked = options.isPacked && taken[number] > 0
      return CorpusSource(
        name: source.name, path: CorpusPaths.relative(source.path, to: path),
        volume: hexadecimal(judged[number].volume), contents: source.contents, structure: source.structure,
        category: source.category,
        channel: source.channel, extent: source.extent, voxelType: judged[number].voxelType ?? source.voxelType,
        voxelSizeInMicrometres: source.voxelSizeInMicrometres, patchExtent: source.patchExtent(options),
        patchCount: judged[number].brightness.count, takenCount: taken[number], floor: judged[number].model.floor,
        noise: judged[number].model.noise, surround: judged[number].model.surround,
        contrast: judged[number].model.contrast(options.thresholds(forStructure: judged[number].structure)),
        normalisation: judged[number].normalisation,
        packedPath: isPacked ? CorpusPaths.packed(number, name: source.name) : nil, density: judged[number].density,
        place: try surveys[number].map { try source.place($0, number: number) })
    }
    let summaries = summarise(patches, structures: sources.map(\.structure), categories: sources.map(\.category))
    return PatchCorpus(
      path: path, manifest: CorpusManifest(options: options, sources: described, structures: summaries),
      patches: patches)
  }
}

extension CorpusInput {
  /// Bytes of all voxels.
  var byteCount: Int {
    if case .patches(let files) = content { return files.extents.reduce(0) { $0 + $1.count } * voxelType.byteCount }
    return extent.count * voxelType.byteCount
  }

  /// How the corpus reads it again.
  fileprivate func place(_ survey: InPlaceStatistics, number: Int) throws -> SourcePlace {
    var patches: PatchPlaceSummary?
    var format = ""
    switch content {
    case .store: break
    case .volume(let source): format = source.description.format
    case .patches(let files):
      format = files.format
      let damaged = try survey.record().units.enumerated().compactMap { index, unit in
        unit.fault.map { DamagedPatch(file: files.names[index], reason: $0) }
      }
      patches = PatchPlaceSummary(
        count: files.names.count, pitch: files.pitch, storedType: voxelType, damaged: damaged)
    }
    return SourcePlace(
      format: format, channel: options.channel, timePoint: options.timePoint, dataset: options.dataset,
      planes: options.planes,
      statistics: InPlaceStatistics.relativePath(number, name: name),
      patches: patches)
  }
}
