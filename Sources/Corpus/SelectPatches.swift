import IntensityStatistics
import Voxels

/// Which patches of the sources a corpus takes: a function of the judgements and the options alone.
///
/// Signal is taken. Of low-signal patches each structure keeps those with the smallest keys, ties broken by volume and
/// origin: k of them, where k is the wanted share of the pool, rounded, or what makes them the wanted share of the
/// structure's taken patches, rounded up. Of the patches outside it keeps in the same way what makes them the wanted share
/// of those retained without signal. A larger share therefore keeps what a smaller one keeps, and more.
/// Where the options limit the patches of a volume or of a structure, those with the smallest keys stay, signal or not.
package func selectPatches(_ sources: [JudgedSource], _ options: CorpusOptions) -> [Patch] {
  selectPatches(sources, options, places: sources.map { _ in nil })
}

/// Where the patches of a source lie, for those of files.
struct PatchPlaces {
  let regions: [Region]
  let files: [String]
}

func selectPatches(_ sources: [JudgedSource], _ options: CorpusOptions, places: [PatchPlaces?]) -> [Patch] {
  var patches = sources.enumerated().flatMap { judge($1, number: $0, options, places[$0]) }
  var byStructure: [String: (low: [Int], outside: [Int], signalCount: Int)] = [:]
  for (index, patch) in patches.enumerated() {
    let structure = sources[patch.source].structure
    switch patch.signalClass {
    case .outside: byStructure[structure, default: ([], [], 0)].outside.append(index)
    case .lowSignal: byStructure[structure, default: ([], [], 0)].low.append(index)
    case .signal: byStructure[structure, default: ([], [], 0)].signalCount += 1
    }
  }
  for (_, (low, outside, signalCount)) in byStructure {
    let count = retainedCount(pool: low.count, signal: signalCount, options)
    let outsideCount = min(outside.count, retainedOutsideCount(lowSignal: count, options))
    for index in sortedByKey(low, patches, sources).prefix(count) {
      patches[index] = patches[index].with(.lowSignalRetained)
    }
    for index in sortedByKey(outside, patches, sources).prefix(outsideCount) {
      patches[index] = patches[index].with(.outsideRetained)
    }
  }
  limit(&patches, sources, to: options.maxPerVolume, .overVolumeLimit) { $0 }
  limit(&patches, sources, to: options.maxPerStructure, .overStructureLimit) { sources[$0].structure }
  return patches
}

/// Leaves out what is too much of each group of sources.
private func limit(
  _ patches: inout [Patch], _ sources: [JudgedSource], to count: Int?, _ reason: Patch.Reason,
  group: (_ source: Int) -> some Hashable
) {
  guard let count else { return }
  let groups = Dictionary(grouping: patches.indices.filter { patches[$0].isTaken }) { group(patches[$0].source) }
  for taken in groups.values where taken.count > count {
    for index in sortedByKey(taken, patches, sources).dropFirst(count) { patches[index] = patches[index].with(reason) }
  }
}

/// By keys, ties broken by volume and origin.
private func sortedByKey(_ indices: [Int], _ patches: [Patch], _ sources: [JudgedSource]) -> [Int] {
  indices.sorted { first, second in
    let (a, b) = (patches[first], patches[second])
    if a.key != b.key { return a.key < b.key }
    let (volumeA, volumeB) = (sources[a.source].volume, sources[b.source].volume)
    if volumeA != volumeB { return volumeA < volumeB }
    return (a.region.origin.z, a.region.origin.y, a.region.origin.x)
      < (b.region.origin.z, b.region.origin.y, b.region.origin.x)
  }
}

/// How many low-signal patches of a structure are kept.
package func retainedCount(pool: Int, signal: Int, _ options: CorpusOptions) -> Int {
  let share = options.lowSignalShare
  switch options.lowSignalOf {
  case .pool: return Int((share * Double(pool)).rounded())
  case .corpus:
    // Those outside are part of the corpus, too.
    let left = 1 - share / (1 - (options.outsideShare ?? 0))
    if left <= 0 { return share > 0 && signal > 0 ? pool : 0 }
    // 7 % of 100 is 7, whatever the product's last digit says.
    return min(pool, Int(min(Double(pool), (share / left * Double(signal) - 1e-9).rounded(.up))))
  }
}

/// How many patches outside the tissue a structure keeps beside `lowSignal` low-signal ones.
package func retainedOutsideCount(lowSignal: Int, _ options: CorpusOptions) -> Int {
  let share = options.outsideShare ?? 0
  return Int((share / (1 - share) * Double(lowSignal)).rounded())
}

private func judge(
  _ source: JudgedSource, number: Int, _ options: CorpusOptions, _ places: PatchPlaces?
) -> [Patch] {
  let lattice = options.patches(of: source.extent)
  let thresholds = options.thresholds(forStructure: source.structure)
  return (0..<(places?.regions.count ?? lattice.count)).map { index in
    let region = places?.regions[index] ?? lattice.region(index)
    let judged = RegionSignal(
      brightness: source.brightness[index], tailContrast: source.tailContrast[index], thresholds: thresholds,
      model: source.model)
    let reason: Patch.Reason =
      switch judged.signalClass {
      case .outside: .outside
      case .lowSignal: .lowSignalLeft
      case .signal: .signal
      }
    return Patch(
      source: number, region: region, signalClass: judged.signalClass, brightness: judged.brightness,
      tailContrast: judged.tailContrast, isNearOutside: judged.isNearOutside, isNearContrast: judged.isNearContrast,
      // The key of a file is that of its voxels, whatever other files there are.
      key: source.digests.map { selectionKey(seed: options.seed, volume: $0[index], channel: 0, origin: .zero) }
        ?? selectionKey(seed: options.seed, volume: source.volume, channel: source.channel, origin: region.origin),
      reason: reason, file: places?.files[index])
  }
}

extension Patch {
  fileprivate func with(_ reason: Reason) -> Patch {
    Patch(
      source: source, region: region, signalClass: signalClass, brightness: brightness, tailContrast: tailContrast,
      isNearOutside: isNearOutside, isNearContrast: isNearContrast, key: key, reason: reason, file: file)
  }
}

/// Counts by structure and category, in the order of their names.
package func summarise(_ patches: [Patch], structures: [String], categories: [String]? = nil) -> [StructureSummary] {
  let names = structures.indices.map { [structures[$0], categories?[$0] ?? ""] }
  var summaries: [[String]: StructureSummary] = [:]
  for (number, name) in names.enumerated() {
    let new = StructureSummary(structure: name[0], category: categories?[number])
    summaries[name, default: new].sources += 1
  }
  for patch in patches {
    summaries[names[patch.source]]!.count(patch)
  }
  return summaries.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
}

extension StructureSummary {
  fileprivate mutating func count(_ patch: Patch) {
    patches += 1
    outsideKept = outsideKept ?? 0
    switch patch.signalClass {
    case .outside: outside += 1
    case .lowSignal: lowSignal += 1
    case .signal: signal += 1
    }
    if patch.reason == .lowSignalRetained { lowSignalKept += 1 }
    if patch.reason == .overVolumeLimit || patch.reason == .overStructureLimit { overLimit = (overLimit ?? 0) + 1 }
    if patch.isTaken { takenCount = (takenCount ?? 0) + 1 }
    if patch.reason == .outsideRetained { outsideKept = (outsideKept ?? 0) + 1 }
    if patch.isNearOutside { nearOutside += 1 }
    if patch.isNearContrast { nearContrast += 1 }
  }
}
