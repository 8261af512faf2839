import Files
import Jobs
import Voxels

/// Random crops of a corpus's patches, each a function of (seed, step, index in the global batch) alone, so that any
/// number of ranks and any restart sees the same samples. Safe for use from many threads.
///
/// A structure is drawn uniformly, then one of its volumes, then one of the volume's patches, then where the crop lies.
/// Nothing is read from outside the patch, so that a packed corpus gives the same crops as its stores. Where a patch is
/// larger than what is read, the box that is read lies inside it; else the crop does, and the margin may be padding.
package final class CropLoader: Sendable {
  package let corpus: Corpus
  package let options: CropOptions
  private let reader: PatchReader
  /// The sources of each structure that have taken patches; structures in the order of their names.
  private let structures: [[Int]]

  /// - Throws: `Fault.badData` when the corpus is empty; `Fault.usage` when a crop is larger than the corpus's patches
  ///   (a volume thinner than the crop is no error: it is padded); as `PatchReader.init`.
  package init(_ corpus: Corpus, _ options: CropOptions) throws {
    precondition(
      (0..<3).allSatisfy { options.crop[$0] > 0 && options.read[$0] >= options.crop[$0] },
      "what is read must hold the crop")
    let sources = corpus.manifest.sources
    let names = Set(sources.filter { $0.takenCount > 0 }.map(\.structure)).sorted()
    guard !names.isEmpty else {
      throw Fault.badData(
        "\(corpus.path) holds no patch: no volume has signal by its thresholds; make it again with lower ones")
    }
    let patchEdge = corpus.manifest.options.patchEdge
    for axis in 0..<3 where options.crop[axis] > patchEdge {
      for source in sources where source.takenCount > 0 && source.extent[axis] >= patchEdge {
        throw Fault.usage(
          "a crop of \(options.crop) voxels does not fit the patches of \(patchEdge) in \(corpus.path); choose a smaller "
            + "crop or make the corpus with a larger --patch")
      }
    }
    guard options.read.checkedCount.map({ $0 <= 1 << 34 }) == true else {
      throw Fault.usage("a crop of \(options.read) voxels is too large to be read at once")
    }
    self.corpus = corpus
    self.options = options
    reader = try PatchReader(corpus)
    structures = names.map { name in
      sources.indices.filter { sources[$0].structure == name && sources[$0].takenCount > 0 }
    }
  }

  private init(_ corpus: Corpus, _ options: CropOptions, _ reader: PatchReader, _ structures: [[Int]]) {
    self.corpus = corpus
    self.options = options
    self.reader = reader
    self.structures = structures
  }

  /// A loader that reads `margin` voxels beyond the crop on both sides of each axis; shares this one's open files, so
  /// that each sample can have a margin of its own.
  package func reading(margin: Extent) -> CropLoader {
    let read = options.crop + margin * 2
    return CropLoader(corpus, CropOptions(crop: options.crop, read: read, seed: options.seed), reader, structures)
  }

  /// Sample `index` of the global batch of step `step`.
  ///
  /// - Throws: `Fault.badData` naming the file and chunk that cannot be read; another sample is never put in its place.
  package func sample(step: Int, index: Int) throws -> Crop {
    let place = place(step: step, index: index)
    return try crop(ofPatch: place.patch, at: place.origin)
  }

  /// Which patch sample (`step`, `index`) is cut from, and where in the volume the box that is read begins.
  package func place(step: Int, index: Int) -> (patch: Int, origin: Coordinate) {
    var numbers = FixedNumbers(seed: options.seed, step: step, index: index)
    let sources = structures[numbers.next(below: structures.count)]
    let patches = corpus.takenPatches[sources[numbers.next(below: sources.count)]]
    let patch = patches[numbers.next(below: patches.count)]
    let region = corpus.patches[patch].region
    var origin = region.origin
    for axis in 0..<3 {
      let size = region.extent[axis]
      let (crop, read, margin) = (options.crop[axis], options.read[axis], options.margin[axis])
      let offset: Int
      if size >= read {
        offset = numbers.next(below: size - read + 1)
      } else if size >= crop {
        offset = numbers.next(below: size - crop + 1) - margin
      } else {
        // The patch in the middle of the padding.
        offset = -((read - size) / 2)
      }
      origin[axis] += offset
    }
    return (patch, origin)
  }

  /// The box of the read extent at `origin` of the volume, as far as `patch` holds it.
  func crop(ofPatch patch: Int, at origin: Coordinate) throws -> Crop {
    let record = corpus.patches[patch]
    let source = corpus.manifest.sources[record.source]
    let extent = options.read
    let inside = Region(origin: origin, extent: extent).intersection(record.region)
    let buffer = VoxelBuffer(source.voxelType, inside.extent)
    try reader.read(inside, ofPatch: patch, into: buffer, at: .zero)
    let whole = Region(inside.extent)
    let position = inside.relative(to: origin).origin
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
    return Crop(
      extent: extent, voxels: voxels, valid: valid, source: record.source, patch: patch, origin: origin)
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
