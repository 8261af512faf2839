import Files
import Voxels

/// Random crops of a corpus's patches, each a function of (seed, step, index in the global batch) alone, so that any
/// number of ranks and any restart sees the same samples. Safe for use from many threads.
///
/// A structure is drawn uniformly, then one of its volumes, then one of the volume's patches (`CropChoice.Draw`), then the
/// crop's position. Where a training wants a voxel size, a crop covers as much tissue in every volume: what covers it is
/// read, normalised and resampled.
/// Nothing is read from outside the patch, so that a packed corpus gives the same crops as its stores. Where the patch
/// holds the crop with its margin, all of it lies inside the patch; otherwise the crop does, and the margin is padded.
public final class CropLoader: CropSource {
  package let corpus: PatchCorpus
  private let crop: Extent
  private let choice: CropChoice
  /// Of each source.
  private let grids: [CropGrid]
  /// Under `CropChoice.Draw.contrast`: of each source, the sums of its taken patches' weights, each with those before it.
  private let weights: [[Double]]
  private let seed: UInt64
  private let reader: PatchReader
  /// The sources of each structure that have taken patches; structures in the order of their names.
  private let structures: [[Int]]

  /// - Parameter crop: what a network sees of a sample, without margin.
  /// - Throws: `Fault.badData` when the corpus is empty; `Fault.usage` when a crop is larger than the corpus's patches
  ///   (a volume thinner than the crop is accepted: it is padded), or a voxel size is wanted that cannot be made of a
  ///   source's; as `PatchReader.init`.
  package init(_ corpus: PatchCorpus, crop: Extent, choice: CropChoice = CropChoice(), seed: UInt64) throws {
    precondition((0..<3).allSatisfy { crop[$0] > 0 }, "a crop of \(crop) voxels is empty")
    let sources = corpus.manifest.sources
    let names = Set(sources.filter { $0.takenCount > 0 }.map(\.structure)).sorted()
    guard !names.isEmpty else {
      throw Fault.badData(
        "\(corpus.path) holds no patch: no volume has signal with its thresholds; create it again with lower ones")
    }
    let wanted = choice.voxelSizeInMicrometres
    if wanted != nil, let source = sources.first(where: { $0.takenCount > 0 && $0.knownVoxelSize == nil }) {
      throw Fault.usage(
        "the voxel size of \(source.name) is not known, so that its crops cannot be resampled; give it with voxel-size: in "
          + "a sources file, or train without a voxel size")
    }
    grids = sources.map { CropGrid(wanted: wanted, stored: $0.knownVoxelSize) }
    weights = sources.indices.map { number in
      if choice.draw == .uniform { return [] }
      let threshold = corpus.manifest.contrast(of: sources[number])
      var sum = 0.0
      return corpus.takenPatches[number].map { patch in
        sum += CropChoice.weight(tailContrast: corpus.patches[patch].tailContrast, threshold: threshold)
        return sum
      }
    }
    for (source, grid) in zip(sources, grids) where source.takenCount > 0 {
      try Self.requireFit(crop, grid, source, corpus)
    }
    // Crops of tens of megabytes come and go.
    keepFreedMemory()
    self.corpus = corpus
    self.crop = crop
    self.choice = choice
    self.seed = seed
    reader = try PatchReader(corpus)
    structures = names.map { name in
      sources.indices.filter { sources[$0].structure == name && sources[$0].takenCount > 0 }
    }
  }

  /// Memory that holds decoded patches, in bytes.
  package var cacheInBytes: Int { reader.cacheInBytes }

  private static func requireFit(_ crop: Extent, _ grid: CropGrid, _ source: CorpusSource, _ corpus: PatchCorpus) throws
  {
    let stored = grid.stored(crop)
    let size = grid.isStored ? "\(crop) voxels" : "\(crop) voxels, which is \(stored) of \(source.name),"
    if source.place?.patches != nil {
      let largest = (0..<3).map { source.patchExtent[$0] }.max()!
      guard (0..<3).contains(where: { stored[$0] > largest }) else { return }
      throw Fault.usage(
        "a crop of \(size) does not fit the patches of \(source.name), which have \(source.patchExtent); choose a "
          + "smaller crop, or leave that source out")
    }
    let patchEdge = corpus.manifest.options.patchEdge
    if (0..<3).contains(where: { stored[$0] > patchEdge && source.extent[$0] >= patchEdge }) {
      throw Fault.usage(
        "a crop of \(size) does not fit the patches of \(patchEdge) in \(corpus.path); choose a smaller "
          + "crop or create the corpus with a larger --patch-size")
    }
  }

  public func crop(step: Int, index: Int, margin: Extent) throws -> Crop {
    let (patch, box) = box(step: step, index: index, margin: margin)
    let stored = try crop(ofPatch: patch, box)
    let grid = grids[corpus.patches[patch].source]
    if grid.isStored { return stored }
    let extent = crop + margin * 2
    // A voxel of the crop was measured where all that it is made of was.
    let valid = grid.resample(stored.valid.map { Float($0) }, to: extent).map { $0 > 0.999 ? UInt8(1) : 0 }
    return Crop(name: stored.name, extent: extent, voxels: grid.resample(stored.voxels, to: extent), valid: valid)
  }

  /// The patch that sample (`step`, `index`) is cut from, as an index into the corpus's table, and the box of its volume
  /// that is read, margin included; it may begin at negative positions, where padding comes first.
  package func box(step: Int, index: Int, margin: Extent = Extent(0)) -> (patch: Int, box: Region) {
    var key = FixedHash(seed: seed)
    key.combine(step)
    key.combine(index)
    var draws = RandomStream(chainedFrom: key)
    let sources = structures[draws.scaled(below: structures.count)]
    let source = sources[draws.scaled(below: sources.count)]
    let patch = corpus.takenPatches[source][draw(from: source, &draws)]
    let region = corpus.patches[patch].region
    let crop = grids[source].stored(self.crop)
    let read = grids[source].stored(self.crop + margin * 2)
    // Beyond the crop, the same on both sides up to a voxel.
    let margin = Extent((read.z - crop.z) / 2, (read.y - crop.y) / 2, (read.x - crop.x) / 2)
    var origin = region.origin
    for axis in 0..<3 {
      let size = region.extent[axis]
      if size >= read[axis] {
        origin[axis] += draws.scaled(below: size - read[axis] + 1)
      } else if size >= crop[axis] {
        origin[axis] += draws.scaled(below: size - crop[axis] + 1) - margin[axis]
      } else {
        // The patch in the middle of the padding.
        origin[axis] -= (read[axis] - size) / 2
      }
    }
    return (patch, Region(origin: origin, extent: read))
  }

  /// The place of a patch among those taken of a source.
  private func draw(from source: Int, _ draws: inout RandomStream) -> Int {
    let patches = corpus.takenPatches[source]
    if choice.draw == .uniform { return draws.scaled(below: patches.count) }
    let sums = weights[source]
    let drawn = draws.uniform() * sums[sums.count - 1]
    // The first sum above the number.
    var (first, last) = (0, sums.count - 1)
    while first < last {
      let middle = (first + last) / 2
      if sums[middle] > drawn { last = middle } else { first = middle + 1 }
    }
    return first
  }

  /// The voxels of `box` as far as `patch` holds it, and padding.
  private func crop(ofPatch patch: Int, _ box: Region) throws -> Crop {
    let record = corpus.patches[patch]
    let source = corpus.manifest.sources[record.source]
    let extent = box.extent
    let inside = box.intersection(record.region)
    let buffer = VoxelBuffer(undefined: source.voxelType, inside.extent)
    try reader.read(inside, ofPatch: patch, into: buffer, at: .zero)
    let whole = Region(inside.extent)
    let position = inside.relative(to: box.origin).origin
    let isPadded = inside.extent != extent
    var valid = [UInt8](repeating: isPadded ? 0 : 1, count: extent.count)
    var voxels: [Float]
    if isPadded {
      voxels = [Float](repeating: Float(source.normalisation.background), count: extent.count)
      fill(&valid, 1, Region(origin: position, extent: inside.extent), extent)
      source.normalisation.apply(to: whole, of: buffer, into: &voxels, extent: extent, at: position)
    } else {
      voxels = source.normalisation.apply(to: buffer)
    }
    if source.normalisation.saturation != nil || source.voxelType == .float32 {
      source.normalisation.clearUnusable(in: whole, of: buffer, mask: &valid, extent: extent, at: position)
    }
    let name = record.file.map { "\($0) at \(box.relative(to: record.region.origin).origin)" }
    return Crop(
      name: name ?? "\(source.name) at \(box.origin)", extent: extent, voxels: voxels, valid: valid)
  }

  private func fill(_ mask: inout [UInt8], _ value: UInt8, _ region: Region, _ extent: Extent) {
    for z in region.range(0) {
      for y in region.range(1) {
        let start = extent.index(of: Coordinate(z, y, region.origin.x))
        for index in start..<(start + region.extent.x) { mask[index] = value }
      }
    }
  }
}

extension CorpusSource {
  /// Nil where the voxel size is not known, or cannot be one.
  fileprivate var knownVoxelSize: VoxelSize? { voxelSizeInMicrometres.flatMap { $0.isMeaningful ? $0 : nil } }
}
