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
        for position in row..<(row + region.extent.x) where labels.classes[position] != VoxelClasses.ignored {
          return true
        }
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
    var counts = [OverlapCounts](repeating: OverlapCounts(), count: volumes.count)
    for (number, item) in work.enumerated() where number % communicator.size == communicator.rank {
      let cut = volumes[item.volume].cut(item.tile)
      let probabilities = try cut.image.withUnsafeBufferPointer { try predict($0, [crop.z, crop.y, crop.x]) }
      let inTile = item.owned.relative(to: item.tile.origin)
      for z in inTile.range(0) {
        for y in inTile.range(1) {
          let row = crop.index(of: Coordinate(z, y, inTile.origin.x))
          for position in row..<(row + inTile.extent.x) {
            counts[item.volume].add(
              prediction: probabilities[position] >= 0.5 ? VoxelClasses.foreground : VoxelClasses.background,
              reference: cut.classes[position])
          }
        }
      }
    }
    return try result(counts)
  }

  /// Adds the counts of all ranks. Collective.
  private func result(_ own: [OverlapCounts]) throws -> ValidationResult {
    let sums = try communicator.allReduce(
      own.flatMap { [$0.truePositives, $0.falsePositives, $0.falseNegatives] }, .sum)
    let results = volumes.indices.map { number in
      var counts = OverlapCounts()
      counts.truePositives = sums[number * 3]
      counts.falsePositives = sums[number * 3 + 1]
      counts.falseNegatives = sums[number * 3 + 2]
      return ValidationResult.Volume(
        image: volumes[number].pair.imagePath, structure: volumes[number].pair.structure, dice: counts.dice ?? 1,
        truePositives: counts.truePositives, falsePositives: counts.falsePositives,
        falseNegatives: counts.falseNegatives)
    }
    return ValidationResult(volumes: results, dice: results.map(\.dice).reduce(0, +) / Double(results.count))
  }
}
