import IntensityStatistics
import Voxels

/// Which patches of the sources a corpus takes: a function of the judgements and the options alone.
///
/// Signal is taken, outside is not. Of low-signal patches each structure keeps those with the smallest keys, ties
/// broken by volume and origin: k of them, where k is the wanted share of the pool, or what makes them the wanted share
/// of the structure's taken patches, rounded up. A larger share therefore keeps what a smaller one keeps, and more.
package func selectPatches(_ sources: [JudgedSource], _ options: CorpusOptions) -> [Patch] {
  var patches = sources.enumerated().flatMap { judge($1, number: $0, options) }
  var byStructure: [String: (low: [Int], signalCount: Int)] = [:]
  for (index, patch) in patches.enumerated() {
    let structure = sources[patch.source].structure
    switch patch.signalClass {
    case .outside: continue
    case .lowSignal: byStructure[structure, default: ([], 0)].low.append(index)
    case .signal: byStructure[structure, default: ([], 0)].signalCount += 1
    }
  }
  for (_, (low, signalCount)) in byStructure {
    let kept = low.sorted { first, second in
      let (a, b) = (patches[first], patches[second])
      if a.key != b.key { return a.key < b.key }
      let (volumeA, volumeB) = (sources[a.source].volume, sources[b.source].volume)
      if volumeA != volumeB { return volumeA < volumeB }
      return (a.region.origin.z, a.region.origin.y, a.region.origin.x)
        < (b.region.origin.z, b.region.origin.y, b.region.origin.x)
    }.prefix(retainedCount(pool: low.count, signal: signalCount, options))
    for index in kept { patches[index] = patches[index].retained }
  }
  return patches
}

/// How many low-signal patches of a structure are kept.
package func retainedCount(pool: Int, signal: Int, _ options: CorpusOptions) -> Int {
  let share = options.lowSignalShare
  let wanted: Double =
    switch options.lowSignalOf {
    case .pool: share * Double(pool)
    case .corpus: share / (1 - share) * Double(signal)
    }
  // 7 % of 100 is 7, whatever the product's last digit says.
  return min(pool, Int((wanted - 1e-9).rounded(.up)))
}

private func judge(_ source: JudgedSource, number: Int, _ options: CorpusOptions) -> [Patch] {
  let lattice = options.patches(of: source.extent)
  let thresholds = options.thresholds(forStructure: source.structure)
  return (0..<lattice.count).map { index in
    let region = lattice.region(index)
    let judged = RegionSignal(
      brightness: source.brightness[index], tailContrast: source.tailContrast[index], thresholds: thresholds,
      floor: source.floor)
    let reason: Patch.Reason =
      switch judged.signalClass {
      case .outside: .outside
      case .lowSignal: .lowSignalLeft
      case .signal: .signal
      }
    return Patch(
      source: number, region: region, signalClass: judged.signalClass, brightness: judged.brightness,
      tailContrast: judged.tailContrast, isNearOutside: judged.isNearOutside, isNearContrast: judged.isNearContrast,
      key: selectionKey(seed: options.seed, volume: source.volume, channel: source.channel, origin: region.origin),
      reason: reason)
  }
}

extension Patch {
  fileprivate var retained: Patch {
    Patch(
      source: source, region: region, signalClass: signalClass, brightness: brightness, tailContrast: tailContrast,
      isNearOutside: isNearOutside, isNearContrast: isNearContrast, key: key, reason: .lowSignalRetained)
  }
}

/// Counts by structure, in the order of the structures' names.
package func summarise(_ patches: [Patch], structures: [String]) -> [StructureSummary] {
  var summaries: [String: StructureSummary] = [:]
  for structure in structures { summaries[structure, default: StructureSummary(structure: structure)].sources += 1 }
  for patch in patches {
    summaries[structures[patch.source]]!.count(patch)
  }
  return summaries.values.sorted { $0.structure < $1.structure }
}

extension StructureSummary {
  fileprivate mutating func count(_ patch: Patch) {
    patches += 1
    switch patch.signalClass {
    case .outside: outside += 1
    case .lowSignal: lowSignal += 1
    case .signal: signal += 1
    }
    if patch.reason == .lowSignalRetained { lowSignalKept += 1 }
    if patch.isNearOutside { nearOutside += 1 }
    if patch.isNearContrast { nearContrast += 1 }
  }
}
