import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Tiling
import Voxels

extension PatchCorpus {
  /// Creates the corpus of `stores` in directory `path`. Collective; every rank returns the finished corpus.
  ///
  /// 1. Each store's patches are judged from its statistics; no voxel is read.
  /// 2. Rank 0 selects (`selectPatches`).
  /// 3. When packed, every taken patch is copied into a shard of its own.
  /// 4. Table and manifest are published, the manifest last: a corpus without it is not finished. Then the contents
  ///    file lists all files with their checksums.
  ///
  /// The bytes depend on the stores' voxels and the options alone: not on the order of the stores, ranks, threads or
  /// restarts.
  ///
  /// - Parameters:
  ///   - programVersion: for the settings left beside the output.
  ///   - copiesPatches: whether the patches are going to be exported, so that the plan has the memory for it.
  ///   - completion: what else the command writes from the finished corpus, before it takes the place of an old one.
  /// - Throws: `Fault.usage` for impossible options, `Fault.noInput` or `Fault.badData` when a store is missing,
  ///   unfinished or damaged, `Fault.cannotCreate` when `path` holds something else; what `Job` throws.
  public static func select(
    stores: [String], path: String, options: CorpusOptions, programVersion: String, communicator: Communicator,
    settings: JobSettings, copiesPatches: Bool = false, completion: (PatchCorpus) throws -> Void = { _ in }
  ) throws -> PatchCorpus {
    try options.check()
    let sources = try communicator.everyRank { try SourceStore.open(stores) }
    let resolved = try communicator.everyRank {
      try resolve(options, sources, programVersion: programVersion, settings.console.warnings)
    }
    if sources.contains(where: { $0.structure == CorpusSource.unspecified }) {
      settings.console.warn(
        "stores without a structure count as one structure, \"\(CorpusSource.unspecified)\"; name it with "
          + "`sheaf tile --structure`")
    }
    let request = OutputPlace.Request(path, owner: OutputOwner(resolved), inputs: stores)
    let corpus = try OutputPlace.write(request, settings: settings, communicator: communicator) { workPath, settings in
      let corpus = try select(
        sources, path: workPath, options: options, resolved: resolved, communicator: communicator, settings: settings,
        copiesPatches: copiesPatches)
      try completion(corpus)
      return corpus
    }
    return PatchCorpus(path: path, manifest: corpus.manifest, patches: corpus.patches)
  }

  private static func select(
    _ sources: [SourceStore], path: String, options: CorpusOptions, resolved: ResolvedSettings,
    communicator: Communicator, settings: JobSettings, copiesPatches: Bool
  ) throws -> PatchCorpus {
    let ownDirectory = CorpusPaths.ownDirectory(path)
    let patchCount = sources.reduce(0) { $0 + options.patches(of: $1.store.extent).count }
    let patchBytes = sources.map { options.patchBytesAtMost(in: $0.store.extent) }.max() ?? 0
    let largest = sources.map(\.statisticsByteCount).max() ?? 0
    let job = try Job(
      plan: JobPlan(
        command: resolved.command, unitCount: sources.count, unitName: "volumes",
        bytesRead: sources.reduce(0) { $0 + $1.statisticsByteCount },
        // Counts of one byte on disk take four in memory, beside what a cell costs whatever it holds.
        memoryPerRankInBytes: max(
          8 * largest + 64 << 20,
          options.isPacked || copiesPatches ? patchMemoryInBytes(patchBytes) : 0),
        diskNeededInBytes: 1 << 10 * patchCount,
        description: describe(sources, options, patchCount: patchCount)),
      directory: ownDirectory, identity: resolved.identity, output: path, communicator: communicator,
      settings: settings)
    let outcome = try job.run { unit in
      try encoder.encode(sources[unit].judge(options))
    }
    let selection = try communicator.rootOnly { () throws -> Selection in
      let judged = try outcome.payloads.map { try JSONDecoder().decode(JudgedSource.self, from: $0) }
      return Selection(judged: judged)
    }
    var corpus = assemble(sources, selection.judged, options, path: path)
    if options.isPacked {
      try PatchPacking(corpus: corpus, sources: sources).run(
        resolved, communicator: communicator, settings: settings)
    }
    corpus.manifest.tableChecksum = try communicator.rootOnly { () throws -> String in
      try resolved.requireUnchangedInputs()
      let table = Data(PatchTable.text(corpus.patches, sources: corpus.manifest.sources).utf8)
      var manifest = corpus.manifest
      manifest.tableChecksum = PatchTable.checksum(table)
      try OutputContents.unseal(path)
      try resolved.write(to: ownDirectory)
      try publish(table, to: CorpusPaths.table(path))
      try removePartialFiles(in: path, andBelow: [PrivateDirectory.name, CorpusPaths.packedDirectoryName])
      try publish(try encoder.encode(manifest) + Data("\n".utf8), to: CorpusPaths.manifest(path))
      // Packed stores have contents of their own.
      try OutputContents.seal(
        path, kind: .corpus,
        files: [CorpusPaths.manifestName, CorpusPaths.tableName] + OutputContents.ownFiles(in: path))
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
    _ options: CorpusOptions, _ sources: [SourceStore], programVersion: String, _ warnings: Warnings
  ) throws -> ResolvedSettings {
    var resolved = ResolvedSettings(command: "corpus", programVersion: programVersion, warnings: warnings)
    resolved.add("patch", options.patchEdge)
    resolved.add("low-signal", options.lowSignalShare)
    resolved.add("of", options.lowSignalOf.rawValue)
    resolved.add("seed", options.seed)
    resolved.add("outside", options.thresholds.outsideSigmas)
    resolved.add("contrast", options.thresholds.contrast)
    for (structure, contrast) in options.contrastOfStructure.sorted(by: { $0.key < $1.key }) {
      resolved.add("contrast of \(structure)", contrast)
    }
    resolved.add("packed", options.isPacked)
    for source in sources {
      resolved.add("volume", "\(source.structure), \(source.category), channel \(source.channel), \(source.name)")
      try resolved.add(input: "store", store: source.path, legacyName: "statistics")
    }
    return resolved
  }

  private static func describe(_ sources: [SourceStore], _ options: CorpusOptions, patchCount: Int) -> [String] {
    var lines = ["\(patchCount) patches with an edge of \(options.patchEdge) voxels in \(sources.count) volumes"]
    for source in sources {
      let patches = options.patches(of: source.store.extent)
      lines.append(
        "\(source.path): \(source.structure), \(source.store.extent) voxels, \(patches.count) patches of \(patches.tile)"
      )
    }
    return lines
  }

  private static func assemble(
    _ sources: [SourceStore], _ judged: [JudgedSource], _ options: CorpusOptions, path: String
  ) -> PatchCorpus {
    let patches = selectPatches(judged, options)
    var taken = [Int](repeating: 0, count: sources.count)
    for patch in patches where patch.isTaken { taken[patch.source] += 1 }
    let described = sources.enumerated().map { number, source in
      let lattice = options.patches(of: source.store.extent)
      let isPacked = options.isPacked && taken[number] > 0
      return CorpusSource(
        name: source.name, path: CorpusPaths.relative(source.path, to: path),
        volume: hexadecimal(judged[number].volume), contents: source.contents, structure: source.structure,
        category: source.category,
        channel: source.channel, extent: source.store.extent, voxelType: source.store.voxelType,
        voxelSizeInMicrometres: source.store.voxelSizeInMicrometres, patchExtent: lattice.tile,
        patchCount: lattice.count, takenCount: taken[number], floor: judged[number].floor,
        normalisation: judged[number].normalisation,
        packedPath: isPacked ? CorpusPaths.packed(number, name: source.name) : nil)
    }
    let summaries = summarise(patches, structures: sources.map(\.structure))
    return PatchCorpus(
      path: path, manifest: CorpusManifest(options: options, sources: described, structures: summaries),
      patches: patches)
  }
}
