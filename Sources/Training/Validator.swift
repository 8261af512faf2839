import Evaluation
import Foundation
import MPI
import Voxels

/// How well a network does on annotation it was not trained on.
package struct ValidationResult: Codable, Sendable, Equatable {
  package struct Volume: Codable, Sendable, Equatable {
    package var image: String
    package var structure: String
    /// 2 · TP / (2 · TP + FP + FN) over the annotated voxels; 1 when neither prediction nor annotation has any.
    package var dice: Double
    package var truePositives: Int
    package var falsePositives: Int
    package var falseNegatives: Int

    enum CodingKeys: String, CodingKey {
      case image, structure, dice
      case truePositives = "true_positives"
      case falsePositives = "false_positives"
      case falseNegatives = "false_negatives"
    }
  }

  package var volumes: [Volume]
  /// The mean over volumes.
  package var dice: Double

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}

/// Predicts volumes tile by tile and counts right and wrong voxels where they are annotated.
///
/// Tiles of the crop's size overlap by half, and each voxel is taken from the tile in which it lies most centrally, so
/// that counts are integers that add up over tiles and ranks in any order. Tiles without annotated voxels are skipped.
package struct Validator {
  private let volumes: [AnnotatedVolume]
  private let crop: Extent
  private let communicator: Communicator
  /// (volume, tile region, the part of the volume that is taken from it).
  private let work: [(volume: Int, tile: Region, owned: Region)]

  package init(_ volumes: [AnnotatedVolume], crop: Extent, communicator: Communicator) {
    self.volumes = volumes
    self.crop = crop
    self.communicator = communicator
    work = volumes.indices.flatMap { number in
      Validator.tiles(of: volumes[number].extent, crop: crop)
        .filter { Validator.isAnnotated($0.owned, in: volumes[number].labels) }
        .map { (number, $0.tile, $0.owned) }
    }
  }

  /// The tiles that cover a volume, and for each the box of voxels that lie nearest to its centre; the boxes cover the
  /// volume once.
  package static func tiles(of extent: Extent, crop: Extent) -> [(tile: Region, owned: Region)] {
    let lattice = TileLattice(extent: extent, tile: crop, overlap: 0.5)
    return (0..<lattice.count).map { index in
      let position = lattice.position(of: index)
      var from = Coordinate.zero
      var to = Coordinate.zero
      for axis in 0..<3 {
        from[axis] = position[axis] == 0 ? 0 : middle(lattice, position[axis] - 1, axis)
        let isLast = position[axis] == lattice.counts[axis] - 1
        to[axis] = isLast ? extent[axis] : middle(lattice, position[axis], axis)
      }
      return (lattice.region(at: position), Region(from: from, to: to))
    }
  }

  /// Where along `axis` tile `number` hands over to the next: half-way between their centres.
  private static func middle(_ lattice: TileLattice, _ number: Int, _ axis: Int) -> Int {
    (lattice.origin(number, axis: axis) + lattice.origin(number + 1, axis: axis) + lattice.tile[axis]) / 2
  }

  private static func isAnnotated(_ region: Region, in labels: AnnotatedLabels) -> Bool {
    for z in region.range(0) {
      for y in region.range(1) {
        let row = labels.extent.index(of: Coordinate(z, y, region.origin.x))
        for position in row..<(row + region.extent.x) where labels.classes[position] != LabelMap.ignore { return true }
      }
    }
    return false
  }

  /// Collective.
  ///
  /// - Parameter predict: the foreground probability of each voxel of a normalised tile, both C order.
  package func validate(
    _ predict: (_ tile: UnsafeBufferPointer<Float>, _ extent: [Int]) throws -> [Float]
  ) throws -> ValidationResult {
    var counts = [Int](repeating: 0, count: volumes.count * 3)
    for (number, item) in work.enumerated() where number % communicator.size == communicator.rank {
      let cut = volumes[item.volume].cut(item.tile)
      let probabilities = try cut.image.withUnsafeBufferPointer { try predict($0, [crop.z, crop.y, crop.x]) }
      let inTile = item.owned.relative(to: item.tile.origin)
      for z in inTile.range(0) {
        for y in inTile.range(1) {
          let row = crop.index(of: Coordinate(z, y, inTile.origin.x))
          for position in row..<(row + inTile.extent.x) where cut.classes[position] != LabelMap.ignore {
            switch (probabilities[position] >= 0.5, cut.classes[position] == LabelMap.foreground) {
            case (true, true): counts[item.volume * 3] += 1
            case (true, false): counts[item.volume * 3 + 1] += 1
            case (false, true): counts[item.volume * 3 + 2] += 1
            case (false, false): break
            }
          }
        }
      }
    }
    counts = try communicator.allReduce(counts, .sum)
    let results = volumes.indices.map { number in
      let (both, onlyPredicted, onlyTrue) = (counts[number * 3], counts[number * 3 + 1], counts[number * 3 + 2])
      let sum = 2 * both + onlyPredicted + onlyTrue
      return ValidationResult.Volume(
        image: volumes[number].pair.imagePath, structure: volumes[number].pair.structure,
        dice: sum == 0 ? 1 : Double(2 * both) / Double(sum), truePositives: both, falsePositives: onlyPredicted,
        falseNegatives: onlyTrue)
    }
    return ValidationResult(volumes: results, dice: results.map(\.dice).reduce(0, +) / Double(results.count))
  }
}
