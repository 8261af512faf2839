import Evaluation
import Files
import IntensityStatistics
import Jobs
import MPI
import Recipes
import VolumeFormats
import Voxels
import Zarr

/// A round of training on a network's predictions for volumes without annotation (self-training).
public struct PseudoLabels {
  /// Finished stores.
  package var stores: [String]
  /// Writes a network's probabilities (0 to 255 for 0 to 1) for `store` into the store `output`, or resumes what has been
  /// begun there. Collective.
  package var predict: (_ store: String, _ output: String) throws -> Void

  package init(stores: [String], predict: @escaping (_ store: String, _ output: String) throws -> Void) {
    self.stores = stores
    self.predict = predict
  }

  /// Predicts all stores and finds the voxels to train on. Collective.
  ///
  /// - Parameters:
  ///   - directory: where the probabilities are written.
  ///   - report: receives a line about each store.
  /// - Throws: `Fault.badData` when a store has no confident foreground or no confident background voxel.
  func volumes(
    in directory: String, recipe: FinetuningRecipe, communicator: Communicator, report: (String) -> Void
  ) throws -> [PseudoLabelledVolume] {
    if stores.isEmpty { return [] }
    try communicator.rootOnly { try createDirectory(directory) }
    return try stores.enumerated().map { number, store in
      let name = store.split(separator: "/").last.map { stemOfVolume(String($0)) } ?? "store"
      let output = joinPath(directory, "\(number)-\(name).zarr")
      try predict(store, output)
      let opened = try communicator.everyRank {
        try PseudoLabelledVolume.Opened(store: store, probabilities: output, confidence: recipe.pseudoConfidence)
      }
      let centres = try communicator.rootOnly { try opened.findCentres() }
      let share = Double(centres.annotatedCount) / Double(centres.extent.count)
      report(
        "\(store): \(percent(share)) of the voxels are pseudo-labelled, "
          + "\(percent(Double(centres.foregroundCount) / Double(centres.extent.count))) as foreground")
      return PseudoLabelledVolume(opened, centres)
    }
  }
}

private func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }

/// A store and a network's probabilities for it, read crop by crop. Confident predictions are the labels, foreground or
/// background; everything else is ignored.
final class PseudoLabelledVolume: SampledVolume {
  private let opened: Opened
  let centres: CropCentres
  var pair: AnnotatedPair { opened.pair }

  init(_ opened: Opened, _ centres: CropCentres) {
    self.opened = opened
    self.centres = centres
  }

  func cut(_ region: Region) throws -> (image: [Float], classes: [UInt8]) {
    let inside = region.intersection(Region(centres.extent))
    var image = [Float](repeating: Float(opened.normalisation.background), count: region.count)
    var classes = [UInt8](repeating: VoxelClasses.ignored, count: region.count)
    if inside.isEmpty { return (image, classes) }
    let target = inside.relative(to: region.origin).origin
    let voxels = try opened.image.read(inside)
    image.withUnsafeMutableBufferPointer {
      opened.normalisation.apply(
        to: Region(inside.extent), of: voxels, into: $0.baseAddress!, extent: region.extent, at: target)
    }
    let probabilities = try opened.probabilities.read(inside)
    let values = probabilities.voxels(as: UInt8.self)
    var from = 0
    for z in 0..<inside.extent.z {
      for y in 0..<inside.extent.y {
        let to = region.extent.index(of: target + Coordinate(z, y, 0))
        for x in 0..<inside.extent.x {
          classes[to + x] = opened.classes[Int(values[from])]
          from += 1
        }
      }
    }
    withExtendedLifetime(probabilities) {}
    return (image, classes)
  }

  /// The two volumes and what is known of them before their voxels are read.
  struct Opened: Sendable {
    let pair: AnnotatedPair
    let image: ZarrArray
    let probabilities: ZarrArray
    let normalisation: Normalisation
    /// `VoxelClasses` of the probabilities 0 to 255.
    let classes: [UInt8]

    init(store path: String, probabilities: String, confidence: Double) throws {
      let store = try Store.open(path)
      let predicted = try Store.open(probabilities)
      guard store.extent == predicted.extent, predicted.voxelType == .uint8 else {
        throw Fault.badData(
          "\(probabilities) holds \(predicted.extent) voxels of \(predicted.voxelType.rawValue): expected probabilities "
            + "of 8 bits for the \(store.extent) voxels of \(path); remove it")
      }
      var pair = AnnotatedPair(
        name: stemOfVolume(path), imagePath: path, labelPath: probabilities)
      pair.complete()
      self.pair = pair
      image = store.levels[0]
      self.probabilities = predicted.levels[0]
      normalisation = try StoreStatistics.load(path).normalisation
      classes = (0...255).map { value in
        let probability = Double(value) / 255
        if probability >= confidence { return VoxelClasses.foreground }
        return probability <= 1 - confidence ? VoxelClasses.background : VoxelClasses.ignored
      }
    }

    /// Reads all probabilities, a row of chunks at a time.
    func findCentres() throws -> CropCentres {
      let extent = probabilities.extent
      let chunk = probabilities.chunks.cell
      var finder = CropCentreFinder(extent)
      for z in stride(from: 0, to: extent.z, by: chunk.z) {
        for y in stride(from: 0, to: extent.y, by: chunk.y) {
          let box = Region(
            origin: Coordinate(z, y, 0),
            extent: Extent(min(chunk.z, extent.z - z), min(chunk.y, extent.y - y), extent.x))
          let voxels = try probabilities.read(box)
          let values = voxels.voxels(as: UInt8.self)
          for index in values.indices { values[index] = classes[Int(values[index])] }
          finder.add(UnsafeBufferPointer(values), of: box)
          withExtendedLifetime(voxels) {}
        }
      }
      let centres = finder.centres
      guard centres.foregroundCount > 0, centres.foregroundCount < centres.annotatedCount else {
        let side = centres.foregroundCount == 0 ? "foreground" : "background"
        throw Fault.badData(
          "the network predicts no \(side) voxel of \(pair.imagePath) with enough confidence: there is nothing to learn from; "
            + "leave it out, or lower pseudo-confidence")
      }
      return centres
    }
  }
}
