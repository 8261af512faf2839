import Evaluation
import Foundation
import MPI
import Networks
import Voxels

/// Predicts volumes tile by tile and compares them with their annotation: Dice, panoptic quality where the structure is
/// isolated and clDice where it is contiguous.
///
/// Tiles of the crop's size overlap by half, and each voxel is taken from the tile in which it is most central, so
/// that the scores do not depend on the number of ranks. Tiles without annotated voxels are skipped.
package struct Validator {
  private let volumes: [AnnotatedVolume]
  private let crop: Extent
  private let communicator: Communicator
  /// Voxels of a slab that is compared at a time.
  private static let voxelsAtATime = 1 << 22
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

  /// Memory for validating on volumes of these extents, in bytes: their predictions, those of the other ranks while they
  /// are brought together, and for one volume at a time 50 bytes a voxel of a slab and 8 of the volume.
  static func memoryInBytes(_ extents: [Extent]) -> Int {
    extents.reduce(0) { $0 + 2 * $1.count }
      + (extents.map { 8 * $0.count + 50 * min($0.count, voxelsAtATime) }.max() ?? 0)
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
    // Every voxel is predicted by one rank, and elsewhere background.
    var predictions = volumes.map { [UInt8](repeating: VoxelClasses.background, count: $0.extent.count) }
    try communicator.everyRank {
      for (number, item) in work.enumerated() where number % communicator.size == communicator.rank {
        let volume = volumes[item.volume]
        let cut = volume.cut(item.tile)
        let probabilities = try cut.image.withUnsafeBufferPointer { image in
          do {
            return try predict(image, [crop.z, crop.y, crop.x])
          } catch let failure as OutputNotFinite {
            throw failure.fault(
              tile: "at \(item.tile.origin) of \(item.tile.extent) voxels", of: volume.pair.imagePath, input: image)
          }
        }
        let inTile = item.owned.relative(to: item.tile.origin)
        for z in inTile.range(0) {
          for y in inTile.range(1) {
            let row = crop.index(of: Coordinate(z, y, inTile.origin.x))
            let target = volume.extent.index(of: item.tile.origin + Coordinate(z, y, inTile.origin.x))
            for x in 0..<inTile.extent.x where probabilities[row + x] >= 0.5 {
              predictions[item.volume][target + x] = VoxelClasses.foreground
            }
          }
        }
      }
    }
    if communicator.size > 1 { predictions = try predictions.map { try communicator.allReduce($0, .max) } }
    return ValidationResult(try score(predictions))
  }

  /// Compares whole volumes, each rank some of them. Collective.
  private func score(_ predictions: [[UInt8]]) throws -> [ValidationResult.Volume] {
    let own = try communicator.everyRank {
      try volumes.indices.filter { $0 % communicator.size == communicator.rank }.map { number in
        (number, try score(volumes[number], predictions[number]))
      }
    }
    guard communicator.size > 1 else { return own.map(\.1) }
    let gathered = try communicator.gather(coding: Dictionary(uniqueKeysWithValues: own))
    let all = gathered?.reduce(into: [:]) { $0.merge($1) { first, _ in first } } ?? [:]
    return try communicator.broadcast(coding: volumes.indices.map { all[$0]! })
  }

  private func score(_ volume: AnnotatedVolume, _ prediction: [UInt8]) throws -> ValidationResult.Volume {
    let pair = volume.pair
    var settings = EvaluationSettings()
    settings.withPanopticQuality = pair.isIsolated
    settings.withCentrelineDice = pair.isContiguous
    settings.planesAtATime = max(1, Validator.voxelsAtATime / (volume.extent.y * volume.extent.x))
    let classes = VoxelClasses(.labels { UInt8(exactly: $0) })
    let result = try evaluate(
      EvaluatedVolume(name: "the prediction", VoxelBuffer(volume.extent, prediction), classes: classes),
      EvaluatedVolume(name: pair.labelPath, VoxelBuffer(volume.extent, volume.labels.classes), classes: classes),
      settings)
    return ValidationResult.Volume(
      image: pair.imagePath, structure: pair.structure, category: pair.category, dice: result.counts.dice ?? 1,
      panopticQuality: result.panopticQuality?.quality, centrelineDice: result.centrelineDice?.score,
      truePositives: result.counts.truePositives, falsePositives: result.counts.falsePositives,
      falseNegatives: result.counts.falseNegatives)
  }
}
