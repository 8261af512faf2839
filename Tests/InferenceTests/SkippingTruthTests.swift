import Inference
import IntensityStatistics
import Phantom
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

/// No tile that holds a voxel of a true object is skipped, so that skipping changes no such tile: synthetic organs, and
/// real volumes with their annotations, as they are and in a canvas of air.
struct SkippingTruthTests {
  private static let edges = [16, 32, 48, 64]

  private func rule(_ buffer: VoxelBuffer) throws -> BackgroundRule? {
    let grid = StatisticsGrid(volume: buffer.extent, type: buffer.type, run: buffer.extent.x)
    grid.add(buffer, at: .zero)
    return BackgroundRule(try StoreStatistics(grid, name: "test"))
  }

  /// - Returns: the share of tiles of 32³ that are skipped.
  private func check(_ buffer: VoxelBuffer, _ isObject: (Coordinate) -> Bool, _ name: String) throws -> Double {
    guard let rule = try rule(buffer) else { return 0 }
    // Sums of objects in cells of 8³, so that tiles of many sizes need not look at voxels.
    var share = 0.0
    let cells = Lattice(extent: buffer.extent, cell: Extent(8))
    let hasObject = (0..<cells.count).map { index in
      var found = false
      cells.region(index).forEachPosition { found = found || isObject($0) }
      return found
    }
    for edge in Self.edges {
      let tiles = TileLattice(extent: buffer.extent, tile: Extent(edge), overlap: 0.5)
      var skipped = 0
      for index in 0..<tiles.count {
        let region = tiles.region(index).intersection(Region(buffer.extent))
        guard rule.isBackground(region, of: buffer, at: { $0.origin }) else { continue }
        skipped += 1
        var holdsObject = false
        cells.positions(intersecting: region).forEachPosition { position in
          guard hasObject[cells.index(of: position)] else { return }
          cells.region(at: position).intersection(region).forEachPosition { holdsObject = holdsObject || isObject($0) }
        }
        #expect(!holdsObject, "\(name): \(region) is skipped and holds an object")
      }
      if edge == 32 { share = Double(skipped) / Double(tiles.count) }
    }
    return share
  }

  @Test(arguments: Structure.allCases, [Float(0), 40]) func phantoms(_ structure: Structure, glow: Float) throws {
    let extent = Extent(64, 160, 160)
    let organ = try SyntheticOrgan(extent: extent, seed: 5, structure: structure, imaging: Imaging(airGlow: glow))
    let (image, labels) = organ.render(Region(extent))
    let ids = labels.array(of: UInt32.self)
    let share = try check(image, { ids[extent.index(of: $0)] != 0 }, "\(structure), glow \(glow)")
    #expect(glow > 0 || share > 0, "\(structure): no tile is skipped")
  }

  struct Truth: Sendable, CustomTestStringConvertible {
    var image: String
    var labels: String
    var object: UInt8
    var testDescription: String { image }
  }

  static let truths = [
    Truth(image: "cfos/1147.tif", labels: "cfos/1147-labels.tif", object: 1),
    Truth(image: "cfos/753.tif", labels: "cfos/753-labels.tif", object: 1),
    Truth(image: "axons/volume.tif", labels: "axons/labels.tif", object: 2),
  ]

  @Test(.needsRealData("cfos", "axons"), arguments: truths) func annotatedVolumes(_ truth: Truth) throws {
    let image = try openVolume(RealData.path(truth.image)).readAll()
    let labels = try openVolume(RealData.path(truth.labels)).readAll()
    let (extent, ids) = (image.extent, labels.array(of: UInt8.self))
    _ = try check(image, { ids[extent.index(of: $0)] == truth.object }, truth.image)
    // In a canvas twice as wide, beside air as dark as its darkest hundredth and as noisy as a camera.
    let voxels = image.array(of: UInt16.self)
    let dark = Double(voxels.sorted()[voxels.count / 100]) / 2
    let canvas = VoxelBuffer(.uint16, Extent(extent.z, extent.y, 2 * extent.x))
    var numbers = SeededNumbers(seed: 11)
    let all = canvas.voxels(as: UInt16.self)
    for index in all.indices { all[index] = UInt16(max(0, dark + 5 * numbers.normal())) }
    canvas.copy(Region(extent), of: image, to: .zero)
    let share = try check(
      canvas, { $0.x < extent.x && ids[extent.index(of: $0)] == truth.object }, "\(truth.image) in air")
    #expect(share > 0.2, "\(truth.image): \(share) of the tiles are skipped")
  }
}
