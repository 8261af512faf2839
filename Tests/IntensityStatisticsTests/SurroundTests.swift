import Foundation
import IntensityStatistics
import Scratch
import Testing
import Voxels

/// Air, quiet tissue and structure side by side, as volumes of real microscopes hold them: every patch of known class.
struct SurroundTests {
  /// Along x: air that glows towards the tissue, quiet tissue, tissue with structure.
  struct Scene: Sendable, CustomTestStringConvertible {
    var name: String
    var type = VoxelType.uint16
    var offset = 110.0
    /// Values of one unit of intensity.
    var scale = 1.0
    var glow = 30.0
    /// Counts of a photoelectron: noise grows with brightness.
    var gain = 2.0
    var tissue = 400.0
    /// Share of its own brightness by which tissue changes over about 100 voxels.
    var autofluorescence = 0.1
    /// The same from row to row.
    var stripes = 0.0
    /// Share of the tissue at the far end that structures fill.
    var density = 0.01
    var hasPadding = false
    var hasBrightRim = false

    var testDescription: String { name }
  }

  static let scenes = [
    Scene(name: "usual"),
    Scene(name: "camera offset", offset: 1_000),
    Scene(name: "no offset", offset: 0),
    Scene(name: "strong glow", glow: 120),
    Scene(name: "noise of few photons", gain: 6),
    Scene(name: "zero padding", hasPadding: true),
    Scene(name: "saturated rim", hasBrightRim: true),
    Scene(name: "dense", density: 0.6),
    Scene(name: "sparse", density: 0.0005),
    Scene(name: "autofluorescence", autofluorescence: 0.45),
    Scene(name: "stripes", stripes: 0.1),
    Scene(name: "8 bits", type: .uint8, offset: 15, scale: 0.12),
    Scene(name: "signed", type: .int16, offset: -400),
    Scene(name: "32 bits", type: .uint32, offset: 5_000, scale: 40),
    Scene(name: "floating point", type: .float32, offset: 0.02, scale: 1 / 4096),
  ]

  private static let extent = Extent(60, 96, 288)
  private static let surface = 105
  private static let structured = 195

  private func isStructure(_ position: Coordinate, _ density: Double) -> Bool {
    if density >= 0.5 { return Double((position.z + position.y + 2 * position.x) % 20) < 20 * density }
    // Balls of 33 voxels on a lattice.
    let spacing = Int((33 / density).squareRoot() / 4) > 30 ? 40 : 15
    let offsets = [position.z, position.y, position.x].map { ($0 + 8) % spacing - 7 }
    return offsets.reduce(0) { $0 + $1 * $1 } <= 4
  }

  private func volume(_ scene: Scene) -> VoxelBuffer {
    var numbers = SeededNumbers(seed: 11)
    let rows = (0..<Self.extent.y).map { _ in 1 + scene.stripes * numbers.normal() }
    return filled(scene.type, Self.extent) { position in
      if scene.hasPadding, position.y < 20 { return 0 }
      let depth = Double(position.x - Self.surface)
      var light = scene.glow / (1 + max(0, -depth) / 20)
      if depth >= 0 {
        let slow = sin(Double(position.x) / 60) * cos(Double(position.y) / 45 + Double(position.z) / 70)
        light += scene.tissue * (1 + scene.autofluorescence * slow) * rows[position.y]
        if scene.hasBrightRim, depth < 3 { return 65_535 }
        if position.x >= Self.structured, isStructure(position, scene.density) { light += 600 }
      }
      let noise = (36 + scene.gain * light).squareRoot() * numbers.normal()
      let value = scene.offset + scene.scale * (light + noise)
      // Where a microscope clips, it clips at zero.
      return scene.type == .int16 ? value : max(0, value)
    }
  }

  private func statistics(_ buffer: VoxelBuffer) throws -> StoreStatistics {
    let grid = StatisticsGrid(volume: buffer.extent, type: buffer.type, run: 64)
    for x in stride(from: 0, to: buffer.extent.x, by: 64) {
      let end = min(x + 64, buffer.extent.x)
      let part = Region(from: Coordinate(0, 0, x), to: Coordinate(buffer.extent.z, buffer.extent.y, end))
      grid.add(part, of: buffer, at: .zero)
    }
    return try StoreStatistics(grid, name: "simulated")
  }

  @Test(arguments: scenes) func classesOfPatches(scene: Scene) throws {
    let statistics = try statistics(volume(scene))
    #expect(statistics.model.surround.kind == .air, "\(statistics.model)")
    // Where the classes meet, a patch may be either.
    let spans: [(SignalClass, Range<Int>)] = [
      (.outside, 0..<Self.surface), (.lowSignal, Self.surface + 5..<Self.structured), (.signal, Self.structured..<288),
    ]
    for (expected, span) in spans {
      for edge in [24, 48] {
        for y in stride(from: scene.hasPadding ? 30 : 0, through: Self.extent.y - edge, by: edge) {
          for x in stride(from: span.lowerBound, through: span.upperBound - edge, by: edge) {
            // Balls far apart miss small patches.
            if scene.density < 0.001, edge < 48 { continue }
            let region = Region(origin: Coordinate(6, y, x), extent: Extent(min(edge, 48), edge, edge))
            // The cells about the rim are as bright as structure.
            if scene.hasBrightRim, region.range(2).overlaps(90..<120) { continue }
            let found = statistics.signal(of: region)
            #expect(found.signalClass == expected, "\(region): \(found), \(statistics.model)")
          }
        }
      }
    }
  }

  @Test func paddingIsOutside() throws {
    let statistics = try statistics(volume(Self.scenes.first { $0.hasPadding }!))
    let region = Region(origin: .zero, extent: Extent(60, 15, 288))
    #expect(statistics.signal(of: region).signalClass == .outside)
  }

  @Test(arguments: [VoxelType.uint8, .uint16, .float32]) func allBackground(type: VoxelType) throws {
    var numbers = SeededNumbers(seed: 5)
    let buffer = filled(type, Extent(60)) { position in
      100 + 20 * Double(position.x) / 60 + 8 * numbers.normal()
    }
    let statistics = try statistics(buffer)
    #expect(statistics.model.surround.kind == .everything)
    #expect(statistics.signal(of: Region(Extent(60))).signalClass == .outside)
  }

  @Test func noBackgroundAtAll() throws {
    var numbers = SeededNumbers(seed: 6)
    let buffer = filled(.uint16, Extent(90)) { position in
      let texture =
        sin(Double(position.z) / 3) * cos(Double(position.y) / 4) + sin(Double(position.x) / 5 + Double(position.y) / 3)
      let spot = position.x >= 60 && isStructure(position, 0.01) ? 600.0 : 0
      return 600 + 60 * texture + spot + 25 * numbers.normal()
    }
    let statistics = try statistics(buffer)
    #expect(statistics.model.surround.kind == .none, "\(statistics.model)")
    #expect(statistics.signal(of: Region(Extent(90, 90, 45))).signalClass == .lowSignal)
    #expect(
      statistics.signal(of: Region(from: Coordinate(0, 0, 60), to: Coordinate(90, 90, 90))).signalClass == .signal)
  }

  /// The cell across the border holds a bright cell, on the other side of it.
  @Test func aPatchIsJudgedByItsOwnVoxels() throws {
    var numbers = SeededNumbers(seed: 8)
    let buffer = filled(.uint16, Extent(60, 60, 96)) { position in
      let light = position.x < 30 ? 0.0 : 300
      let offsets = [position.z - 37, position.y - 30, position.x - 67]
      return 100 + light + (offsets.reduce(0) { $0 + $1 * $1 } <= 9 ? 2_000 : 0)
        + (6 + light / 20) * numbers.normal()
    }
    let statistics = try statistics(buffer)
    // Cells of 12 begin at 60: the ball at 64 to 70 is in a cell that both patches share.
    let own = Region(from: Coordinate(0, 0, 64), to: Coordinate(60, 60, 96))
    let other = Region(from: Coordinate(0, 0, 32), to: Coordinate(60, 60, 64))
    #expect(statistics.signal(of: own).signalClass == .signal)
    #expect(statistics.signal(of: other).signalClass == .lowSignal, "\(statistics.signal(of: other))")
  }

  @Test func theNoiseModelIsThatOfTheVolume() throws {
    let statistics = try statistics(volume(Scene(name: "gain", gain: 4, autofluorescence: 0.3)))
    let noise = statistics.model.noise
    #expect(abs(noise.gain - 4) < 0.5, "\(noise)")
    #expect(noise.level > 110 && noise.level < 125, "\(noise)")
    #expect(noise.deviation > 5 && noise.deviation < 10, "\(noise)")
    #expect(abs(noise.deviation(at: noise.level + 400) - 40.5) < 3, "\(noise)")
  }
}
