import Foundation
import Voxels

/// What all stains of one organ share: where there is tissue, its autofluorescence, and how much light reaches it.
///
/// Every result is a pure function of the organ's extent and seed and of the position.
struct Anatomy: Sendable {
  let extent: Extent
  let seed: UInt64
  private let centre: Point
  private let halfExtent: Point
  /// Voxels from the centre to the surface along the shortest axis: the scale of depths.
  let depthScale: Double
  private let warps: [ValueNoise]
  private let surface: ValueNoise
  private let hollows: ValueNoise
  private let fluorescenceNoise: ValueNoise
  private let densityNoise: ValueNoise

  init(extent: Extent, seed: UInt64) {
    self.extent = extent
    self.seed = seed
    let size = Point(Double(extent.z), Double(extent.y), Double(extent.x))
    centre = (size - 1) / 2
    halfExtent = size / 2
    depthScale = 0.88 * halfExtent.min()
    let warp = HashKey(seed: seed, purpose: .organWarp)
    warps = (0..<3).map { ValueNoise(key: warp[$0]) }
    surface = ValueNoise(key: HashKey(seed: seed, purpose: .organSurface))
    hollows = ValueNoise(key: HashKey(seed: seed, purpose: .hollows))
    fluorescenceNoise = ValueNoise(key: HashKey(seed: seed, purpose: .fluorescence))
    densityNoise = ValueNoise(key: HashKey(seed: seed, purpose: .density))
  }

  /// Position in the organ: −1 to 1 along every axis of the volume.
  private func normalised(_ point: Point) -> Point { (point - centre) / halfExtent }

  /// Approximate depth of `point` below the organ's surface in voxels, negative outside.
  ///
  /// A warped ellipsoid with a furrow between two lobes, bumps, and fluid-filled hollows deep inside.
  func depth(_ point: Point) -> Double {
    var place = normalised(point)
    let coarse = place * 1.6 + 11
    place += Point(warps[0](coarse), warps[1](coarse), warps[2](coarse)) * 0.07
    let radius = (place / Point(0.9, 0.88, 0.92)).length
    var reach = 1 + 0.07 * surface(place * 3 + 5) + 0.03 * surface(place * 8 + 31)
    // The furrow runs down from the top (low y), slightly bent.
    let besideFurrow = (place[2] - 0.08 * warps[0](place * 2 + 3)) / 0.06
    reach -= 0.42 * exp(-besideFurrow * besideFurrow) * smoothStep(-place[1], from: -0.1, to: 0.5)
    let depth = (reach - radius) * depthScale
    // Hollows close towards the surface, so that their walls stay smooth.
    let wall = (0.5 - hollows(place * 2.6 + 17)) * 0.6 * depthScale + 2 * max(0, 0.35 * depthScale - depth)
    return min(depth, wall)
  }

  /// Autofluorescence in counts above the camera's offset, before light is lost; meant where there is tissue.
  func fluorescence(_ point: Point, depth: Double) -> Double {
    let place = normalised(point)
    let zones = 0.65 * fluorescenceNoise(place * 2.2 + 7) + 0.35 * fluorescenceNoise(place * 6 + 23)
    let patches = fluorescenceNoise(point / 48 + 101)
    let rim = exp(-max(depth, 0) / (0.10 * depthScale))
    let core = smoothStep(depth, from: 0.45 * depthScale, to: 0.6 * depthScale)
    return 215 * (1 + 0.75 * zones) * (1 + 0.22 * patches) * (1 + 0.5 * rim) * (1 - 0.3 * core)
  }

  /// The share of the light sheet, which enters where x is low, that gets through to `point`.
  func illumination(_ point: Point) -> Double {
    let place = normalised(point)
    return 1.2 - 0.25 * (place[2] + 1)
  }

  /// How likely isolated structures are at `point`, 0 to 1: layers under the surface and patches.
  func density(_ point: Point, depth: Double) -> Double {
    let place = normalised(point)
    let share = depth / depthScale
    let layer = smoothStep(share, from: 0.02, to: 0.1) * (1 - 0.55 * smoothStep(share, from: 0.4, to: 0.6))
    let patches = smoothStep(densityNoise(place * 3.4 + 41), from: -0.4, to: 0.4)
    return layer * (0.04 + 0.96 * patches)
  }
}
