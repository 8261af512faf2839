import Files
import Voxels

/// Random crops of a corpus's patches, each a function of (seed, step, index in the global batch) alone, so that any
/// number of ranks and any restart sees the same samples. Safe for use from many threads.
///
/// A structure is drawn uniformly, then one of its volumes, then one of the volume's patches, then the crop's position.
/// Nothing is read from outside the patch, so that a packed corpus gives the same crops as its stores. Where the patch
/// holds the crop with its margin, all of it lies inside the patch; otherwise the crop does, and the margin is padded.
public final class CropLoader: CropSource {
  package let corpus: PatchCorpus
  private let crop: Extent
  private let seed: UInt64
  private let reader: PatchReader
  /// The sources of each structure that have taken patches; structures in the order of their names.
  private let structures: [[Int]]

  /// - Parameter crop: what a network sees of a sample, without margin.
  /// - Throws: `Fault.badData` when the corpus is empty; `Fault.usage` when a crop is larger than the corpus's patches
  ///   (a volume thinner than the crop is accepted: it is padded); as `PatchReader.init`.
  package init(_ corpus: PatchCorpus, crop: Extent, seed: UInt64) throws {
    precondition((0..<3).allSatisfy { crop[$0] > 0 }, "a crop of \(crop) voxels is empty")
    let sources = corpus.manifest.sources
    let names = Set(sources.filter { $0.takenCount > 0 }.map(\.structure)).sorted()
    guard !names.isEmpty else {
      throw Fault.badData(
        "\(corpus.path) holds no patch: no volume has signal with its thresholds; create it again with lower ones")
    }
    for source in sources where source.takenCount > 0 && source.place?.patches != nil {
      let largest = (0..<3).map { source.patchExtent[$0] }.max()!
      guard (0..<3).contains(where: { crop[$0] > largest }) else { continue }
      throw Fault.usage(
        "a crop of \(crop) voxels does not fit the patches of \(source.name), which have \(source.patchExtent); choose a "
          + "smaller crop, or leave that source out")
    }
    let patchEdge = corpus.manifest.options.patchEdge
    for axis in 0..<3 where crop[axis] > patchEdge {
      for source in sources
      where source.takenCount > 0 && source.place?.patches == nil && source.extent[axis] >= patchEdge {
        throw Fault.usage(
          "a crop of \(crop) voxels does not fit the patches of \(patchEdge) in \(corpus.path); choose a smaller "
            + "crop or create the corpus with a larger --patch")
      }
    }
    self.corpus = corpus
    self.crop = crop
    self.seed = seed
    reader = try PatchReader(corpus)
    structures = names.map { name in
      sources.indices.filter { sources[$0].structure == name && sources[$0].takenCount > 0 }
    }
  }

  public func crop(step: Int, index: Int, margin: Extent) throws -> Crop {
    let (patch, box) = box(step: step, index: index, margin: margin)
    return try crop(ofPatch: patch, box)
  }

  /// The patch that sample (`step`, `index`) is cut from, as an index into the corpus's table, and the box of its volume
  /// that is read, margin included; it may begin at negative positions, where padding comes first.
  package func box(step: Int, index: Int, margin: Extent = Extent(0)) -> (patch: Int, box: Region) {
    var key = FixedHash(seed: seed)
    key.combine(step)
    key.combine(index)
    var draws = RandomStream(chainedFrom: key)
    let sources = structures[draws.scaled(below: structures.count)]
    let patches = corpus.takenPatches[sources[draws.scaled(below: sources.count)]]
    let patch = patches[draws.scaled(below: patches.count)]
    let region = corpus.patches[patch].region
    let read = crop + margin * 2
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

  /// The voxels of `box` as far as `patch` holds it, and padding.
  private func crop(ofPatch patch: Int, _ box: Region) throws -> Crop {
    let record = corpus.patches[patch]
    let source = corpus.manifest.sources[record.source]
    let extent = box.extent
    let inside = box.intersection(record.region)
    let buffer = VoxelBuffer(source.voxelType, inside.extent)
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
