import Foundation
import Inference
import IntensityStatistics
import Scratch
import TestTraits
import Testing
import Voxels

/// No tile that holds a voxel of an object is skipped; tiles of air are.
struct SkippingTests {
  /// Air that glows towards tissue, which fills the far end along x, with noise of photons.
  private struct Scene {
    let extent: Extent
    let type: VoxelType
    /// Values of one unit of intensity, and of none.
    let scale: Double
    let offset: Double

    /// The noise of air far from the tissue.
    static let noise = 6.0

    func background(_ position: Coordinate) -> Double {
      let distance = Double(extent.x) * 0.8 - Double(position.x)
      return distance < 0 ? 400 : 20 / (1 + distance / 20)
    }
  }

  private func store<Scalar: VoxelScalar>(_ value: Double, _ scalar: Scalar.Type) -> Scalar {
    if let whole = Scalar.self as? any FixedWidthInteger.Type {
      let limited = min(max(value.rounded(), Double(whole.min)), 4_000_000_000)
      return clamp(limited, whole) as! Scalar
    }
    return Float(value) as! Scalar
  }

  private func clamp<Whole: FixedWidthInteger>(_ value: Double, _ type: Whole.Type) -> Whole {
    Whole(clamping: Int64(value))
  }

  /// - Parameter objects: what they add to the background, by position.
  private func volume(_ scene: Scene, _ objects: [Coordinate: Double], _ numbers: inout SeededNumbers) -> VoxelBuffer {
    let buffer = VoxelBuffer(scene.type, scene.extent)
    var values: [Double] = []
    Region(scene.extent).forEachPosition { position in
      let light = scene.background(position)
      let noise = (Scene.noise * Scene.noise + 1.5 * light).squareRoot() * numbers.normal()
      values.append(scene.offset + scene.scale * (light + noise + (objects[position] ?? 0)))
    }
    func fill<Scalar: VoxelScalar>(_ type: Scalar.Type) {
      let voxels = buffer.voxels(as: type)
      for index in voxels.indices { voxels[index] = store(values[index], type) }
    }
    switch scene.type {
    case .uint8: fill(UInt8.self)
    case .uint16: fill(UInt16.self)
    case .int16: fill(Int16.self)
    case .uint32: fill(UInt32.self)
    case .uint64: fill(UInt64.self)
    case .float32: fill(Float.self)
    }
    return buffer
  }

  private func isSkipped(_ rule: BackgroundRule, _ region: Region, _ buffer: VoxelBuffer) -> Bool {
    rule.isBackground(region.intersection(Region(buffer.extent)), of: buffer) { $0.origin }
  }

  private func rule(_ buffer: VoxelBuffer) throws -> BackgroundRule? {
    let grid = StatisticsGrid(volume: buffer.extent, type: buffer.type, run: buffer.extent.x)
    grid.add(buffer, at: .zero)
    return BackgroundRule(try StoreStatistics(grid, name: "test"))
  }

  private static let scenes: [Scene] = [
    Scene(extent: Extent(48, 96, 120), type: .uint16, scale: 1, offset: 110),
    Scene(extent: Extent(30, 70, 130), type: .uint8, scale: 0.4, offset: 12),
    Scene(extent: Extent(48, 60, 96), type: .int16, scale: 10, offset: -300),
    Scene(extent: Extent(40, 61, 97), type: .uint32, scale: 50, offset: 20_000),
    Scene(extent: Extent(33, 64, 100), type: .float32, scale: 0.001, offset: 0.1),
  ]

  @Test(.randomised(usualSeed: 7), arguments: 0..<5)
  func noTileWithAVoxelOfABrightObjectIsSkipped(number: Int) throws {
    let scene = Self.scenes[number]
    var numbers = SeededNumbers(seed: testSeed &+ UInt64(number))
    // Objects of one voxel to 4³, at random places, at corners of cells and of the volume.
    var objects: [Coordinate: Double] = [:]
    for object in 0..<12 {
      let size = Extent(
        Int.random(in: 1...4, using: &numbers), Int.random(in: 1...4, using: &numbers),
        Int.random(in: 1...4, using: &numbers))
      var corner = Coordinate(
        Int.random(in: 0..<scene.extent.z, using: &numbers), Int.random(in: 0..<scene.extent.y, using: &numbers),
        Int.random(in: 0..<(scene.extent.x * 3 / 4), using: &numbers))
      if object % 3 == 0 {
        corner = Coordinate(corner.z / 15 * 15 - 1, corner.y / 15 * 15 - 1, corner.x / 15 * 15 - 1)
      }
      if object == 1 { corner = .zero }
      let height = [20.0, 60, 300][object % 3] * Scene.noise
      Region(origin: corner, extent: size).intersection(Region(scene.extent)).forEachPosition { objects[$0] = height }
    }
    let buffer = volume(scene, objects, &numbers)
    let rule = try #require(try rule(buffer))
    for edge in [16, 32, 48, 64, 96] {
      let tiles = TileLattice(extent: scene.extent, tile: Extent(edge), overlap: 0.5)
      for index in 0..<tiles.count where objects.keys.contains(where: tiles.region(index).contains) {
        #expect(!isSkipped(rule, tiles.region(index), buffer), "tile \(tiles.region(index)) of \(scene)")
      }
    }
  }

  /// Where every cell holds objects, their borders are no noise of the air.
  @Test(.randomised(usualSeed: 9), arguments: [0.002, 0.02, 0.06])
  func noTileWithAVoxelOfManyObjectsIsSkipped(share: Double) throws {
    var numbers = SeededNumbers(seed: testSeed)
    let extent = Extent(40, 66, 82)
    let buffer = VoxelBuffer(.uint16, extent)
    let voxels = buffer.voxels(as: UInt16.self)
    var objects: [Coordinate] = []
    // Uniform noise, as far from Gaussian as noise comes.
    for index in voxels.indices {
      let isObject = numbers.uniform() < share
      voxels[index] = UInt16.random(in: 90...110, using: &numbers) + (isObject ? 400 : 0)
      if isObject { objects.append(extent.position(of: index)) }
    }
    let rule = try #require(try rule(buffer))
    for edge in [8, 16, 32] {
      let tiles = TileLattice(extent: extent, tile: Extent(edge), overlap: 0.5)
      for index in 0..<tiles.count where objects.contains(where: tiles.region(index).contains) {
        #expect(!isSkipped(rule, tiles.region(index), buffer), "tile \(tiles.region(index)), \(share)")
      }
    }
  }

  /// Faint ones of twenty voxels: the tile that holds the whole of one is evaluated.
  @Test(.randomised(usualSeed: 8), arguments: 0..<5)
  func noFaintObjectOfTwentyVoxelsIsSkipped(number: Int) throws {
    let scene = Self.scenes[number]
    var numbers = SeededNumbers(seed: testSeed &+ UInt64(number))
    var objects: [Coordinate: Double] = [:]
    var boxes: [Region] = []
    for _ in 0..<4 {
      let corner = Coordinate(
        Int.random(in: 0..<(scene.extent.z - 3), using: &numbers),
        Int.random(in: 0..<(scene.extent.y - 3), using: &numbers),
        Int.random(in: 0..<(scene.extent.x / 2), using: &numbers))
      let box = Region(origin: corner, extent: Extent(3))
      boxes.append(box)
      box.forEachPosition { objects[$0] = 9.5 * Scene.noise }
    }
    let buffer = volume(scene, objects, &numbers)
    let rule = try #require(try rule(buffer))
    for edge in [16, 32, 64] {
      let tiles = TileLattice(extent: scene.extent, tile: Extent(edge), overlap: 0.5)
      for index in 0..<tiles.count where boxes.contains(where: tiles.region(index).contains) {
        #expect(!isSkipped(rule, tiles.region(index), buffer), "tile \(tiles.region(index)) of \(scene)")
      }
    }
  }

  @Test(arguments: 0..<5) func airIsSkippedAndTissueIsNot(number: Int) throws {
    let scene = Self.scenes[number]
    var numbers = SeededNumbers(seed: UInt64(number) + 40)
    let buffer = volume(scene, [:], &numbers)
    let rule = try #require(try rule(buffer))
    let surface = Int(Double(scene.extent.x) * 0.8)
    for edge in [16, 32] {
      let tiles = TileLattice(extent: scene.extent, tile: Extent(edge), overlap: 0.5)
      var (air, skipped) = (0, 0)
      for index in 0..<tiles.count {
        let region = tiles.region(index)
        let isSkipped = isSkipped(rule, region, buffer)
        if region.end.x <= surface {
          air += 1
          skipped += isSkipped ? 1 : 0
        } else {
          #expect(!isSkipped, "tile \(region) of \(scene)")
        }
      }
      #expect(skipped * 10 >= air * 9, "\(skipped) of \(air) tiles of \(edge), \(scene)")
    }
  }

  @Test func nothingIsSkippedInAVolumeCutFromTissue() throws {
    var numbers = SeededNumbers(seed: 3)
    let extent = Extent(45, 60, 60)
    let buffer = VoxelBuffer(.uint16, extent)
    let voxels = buffer.voxels(as: UInt16.self)
    Region(extent).forEachPosition { position in
      // Smooth texture beside noise.
      let texture = 60 * sin(Double(position.z) / 3) * cos(Double(position.y) / 4) + 50 * sin(Double(position.x) / 5)
      voxels[extent.index(of: position)] = UInt16(500 + texture + 20 * numbers.normal())
    }
    #expect(try rule(buffer) == nil)
  }
}
