import Evaluation
import Files
import IntensityStatistics
import Jobs
import MPI
import Voxels
import Zarr

/// A round of training on what a network thinks of volumes that nobody has annotated.
package struct PseudoLabels {
  /// Finished stores.
  package var stores: [String]
  /// Writes the probabilities (0 to 255 for 0 to 1) that a network gives to `store` into a store `output`, or carries on
  /// with what is there of it. Collective.
  package var predict: (_ store: String, _ output: String) throws -> Void

  package init(stores: [String], predict: @escaping (_ store: String, _ output: String) throws -> Void) {
    self.stores = stores
    self.predict = predict
  }

  /// Predicts all stores and finds the places to train on. Collective.
  ///
  /// - Parameters:
  ///   - directory: where the probabilities go.
  ///   - report: takes a line about each store, for people.
  /// - Throws: `Fault.badData` when a store has no voxel that the network is sure of, on either side.
  func volumes(
    in directory: String, recipe: FinetuningRecipe, communicator: Communicator, report: (String) -> Void
  ) throws -> [PseudoLabelledVolume] {
    if stores.isEmpty { return [] }
    try communicator.rootOnly { try createDirectory(directory) }
    return try stores.enumerated().map { number, store in
      let name = store.split(separator: "/").last.map { AnnotatedPairs.stem(of: String($0)) } ?? "store"
      let output = joinPath(directory, "\(number)-\(name).zarr")
      try predict(store, output)
      let opened = try communicator.everyRank {
        try PseudoLabelledVolume.Opened(store: store, probabilities: output, confidence: recipe.pseudoConfidence)
      }
      let places = try communicator.rootOnly { try opened.findPlaces() }
      let share = Double(places.annotatedCount) / Double(places.extent.count)
      report(
        "\(store): \(percent(share)) of the voxels are pseudo-labelled, "
          + "\(percent(Double(places.foregroundCount) / Double(places.extent.count))) as foreground")
      return PseudoLabelledVolume(opened, places)
    }
  }
}

private func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }

/// A store and the probabilities that a network gave to it, read crop by crop. Where the network is sure its opinion is
/// the label, foreground or background; everything else is ignored.
final class PseudoLabelledVolume: SampledVolume {
  private let opened: Opened
  let places: CropPlaces
  var pair: AnnotatedPair { opened.pair }

  init(_ opened: Opened, _ places: CropPlaces) {
    self.opened = opened
    self.places = places
  }

  func cut(_ region: Region) throws -> (image: [Float], classes: [UInt8]) {
    let inside = region.intersection(Region(places.extent))
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

  /// The two volumes and what is known of them before their voxels are looked at.
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
        name: AnnotatedPairs.stem(of: path), imagePath: path, labelPath: probabilities)
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
    func findPlaces() throws -> CropPlaces {
      let extent = probabilities.extent
      let chunk = probabilities.chunks.cell
      var finder = CropPlacesFinder(extent)
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
      let places = finder.places
      guard places.foregroundCount > 0, places.foregroundCount < places.annotatedCount else {
        let side = places.foregroundCount == 0 ? "foreground" : "background"
        throw Fault.badData(
          "the network is sure of no \(side) voxel of \(pair.imagePath): nothing can be learned from it; leave it out, "
            + "or lower pseudo-confidence")
      }
      return places
    }
  }
}
