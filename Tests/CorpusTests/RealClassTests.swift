import Corpus
import IntensityStatistics
import TestTraits
import Testing
import VolumeFormats
import Voxels

/// Classes of the patches of real volumes. What is true of a patch is found without the statistics: air and tissue from
/// smoothed voxels with thresholds that were looked at in pictures, structure from annotations or, where there are none,
/// from spots that stand out of their surroundings.
struct RealClassTests {
  private struct Truth: Sendable {
    var name: String
    var labels: String? = nil
    /// Smoothed voxels darker than this are air, those brighter than the second tissue.
    var air: (Float, Float)? = nil
    /// How far spots stand out at least: of quiet tissue none does by the first, in a patch with structure 20 voxels
    /// do by the second.
    var spots: (Float, Float)? = nil
    /// What counts as structure in the labels.
    var foreground: UInt16 = 1
    /// Whether every voxel is annotated, so that tissue without a label can be quiet.
    var isAnnotatedWhole = true
    /// The largest patches of which quiet ones are known. Patches of a downsampled brain each hold a fibre tract or the wall
    /// of a ventricle somewhere, which nobody annotated.
    var largestQuiet = 96
  }

  private static let volumes: [Truth] = [
    Truth(name: "brain-planes", air: (60, 100), spots: (120, 450)),
    Truth(name: "axon-brain/volume.tif", air: (1400, 1650), spots: (250, 1000)),
    Truth(name: "whole-brain/volume.tif", air: (700, 2500), spots: (.infinity, .infinity), largestQuiet: 64),
    Truth(name: "axon-chunk/volume.tif", spots: (200, 600)),
    Truth(name: "axons/volume.tif", labels: "axons/labels.tif", foreground: 2, isAnnotatedWhole: false),
    Truth(name: "cfos/1147.tif", labels: "cfos/1147-labels.tif", air: (600, 1500), spots: (800, 800)),
    Truth(name: "cfos/753.tif", labels: "cfos/753-labels.tif", air: (600, 1500), spots: (2280, 2280)),
  ]

  private func read(_ name: String) throws -> VoxelBuffer { try openVolume(RealData.path(name)).readAll() }

  private func statistics(_ buffer: VoxelBuffer, _ name: String) throws -> StoreStatistics {
    let grid = StatisticsGrid(volume: buffer.extent, type: buffer.type, run: buffer.extent.x)
    grid.add(buffer, at: .zero)
    return try StoreStatistics(grid, name: name)
  }

  /// Counts of what is true of the voxels of any box.
  private struct Counts {
    let air: BoxSums
    let tissue: BoxSums
    let structure: BoxSums
    let spots: BoxSums

    func truth(_ box: Region, isAnnotatedWhole: Bool) -> SignalClass? {
      let airShare = air.sum(box) / Float(box.count)
      if airShare >= 0.97, spots.sum(box) < 8 { return .outside }
      if structure.sum(box) >= 20, airShare < 0.5 { return .signal }
      return isAnnotatedWhole && spots.sum(box) < 8 && tissue.sum(box) >= 0.98 * Float(box.count) ? .lowSignal : nil
    }
  }

  private func counts(_ truth: Truth, _ image: VoxelBuffer) throws -> Counts {
    let extent = image.extent
    let values = image.voxels(as: UInt16.self).map { Float($0) }
    let light = BoxSums(extent, values)
    func smoothed(_ radius: Extent) -> [Float] { light.means(radius: radius) }
    let wide = smoothed(Extent(2, 4, 4))
    let spots = zip(smoothed(Extent(1)), smoothed(Extent(3, 10, 10))).map { $0 - $1 }
    let labels = try truth.labels.map { try read($0) }
    let marked = labels.map { labels in
      switch labels.type {
      case .uint8: labels.voxels(as: UInt8.self).map { UInt16($0) == truth.foreground }
      default: labels.voxels(as: UInt16.self).map { $0 == truth.foreground }
      }
    }
    let (least, sure) = truth.spots ?? (.infinity, .infinity)
    func sums(_ marks: [Bool]) -> BoxSums { BoxSums(extent, marks.map { $0 ? 1 : 0 }) }
    return Counts(
      air: sums(wide.map { $0 < (truth.air?.0 ?? -.infinity) }),
      tissue: sums(wide.map { $0 > (truth.air?.1 ?? -.infinity) }),
      structure: sums(marked ?? spots.map { $0 > sure }),
      spots: sums(spots.indices.map { spots[$0] > least || marked?[$0] == true }))
  }

  @Test(
    .needsRealData("brain-planes", "axon-brain", "whole-brain", "axon-chunk", "axons", "cfos"),
    arguments: volumes.indices)
  func patchesOfRealVolumes(number: Int) throws {
    let truth = Self.volumes[number]
    let image = try read(truth.name)
    let statistics = try statistics(image, truth.name)
    let counts = try counts(truth, image)
    for edge in [48, 64, 96] {
      let patches = CorpusOptions(patchEdge: edge).patches(of: image.extent)
      var right: [SignalClass: (all: Int, right: Int)] = [:]
      for index in 0..<patches.count {
        let region = patches.region(index)
        guard let expected = counts.truth(region, isAnnotatedWhole: truth.isAnnotatedWhole) else { continue }
        let found = statistics.signal(of: region).signalClass
        right[expected, default: (0, 0)].all += 1
        if found == expected { right[expected]!.right += 1 }
      }
      for (expected, least) in [(SignalClass.outside, 0.95), (.signal, 0.95), (.lowSignal, 0.7)] {
        guard let (all, right) = right[expected] else { continue }
        print("\(truth.name), patches of \(edge): \(right) of \(all) \(expected.rawValue)")
        if expected == .lowSignal, edge > truth.largestQuiet { continue }
        // A single patch decides nothing about a share.
        if all < 4 { continue }
        #expect(Double(right) >= least * Double(all), "\(truth.name), \(edge): \(right) of \(all) \(expected)")
      }
    }
  }
}

/// Sums of a volume over boxes, each from eight values.
struct BoxSums {
  private let extent: Extent
  private let sums: [Double]

  init(_ extent: Extent, _ values: [Float]) {
    self.extent = extent
    let (height, width) = (extent.y + 1, extent.x + 1)
    var sums = [Double](repeating: 0, count: (extent.z + 1) * height * width)
    for z in 0..<extent.z {
      for y in 0..<extent.y {
        var row = 0.0
        for x in 0..<extent.x {
          row += Double(values[(z * extent.y + y) * extent.x + x])
          let here = ((z + 1) * height + y + 1) * width + x + 1
          sums[here] = row + sums[here - width] + sums[here - height * width] - sums[here - height * width - width]
        }
      }
    }
    self.sums = sums
  }

  func sum(_ box: Region) -> Float {
    let (height, width) = (extent.y + 1, extent.x + 1)
    func at(_ z: Int, _ y: Int, _ x: Int) -> Double { sums[(z * height + y) * width + x] }
    let (from, to) = (box.origin, box.end)
    return Float(
      at(to.z, to.y, to.x) - at(from.z, to.y, to.x) - at(to.z, from.y, to.x) - at(to.z, to.y, from.x)
        + at(from.z, from.y, to.x) + at(from.z, to.y, from.x) + at(to.z, from.y, from.x) - at(from.z, from.y, from.x))
  }

  /// The mean about every voxel over a box that reaches `radius` to either side, cut at the volume's faces.
  func means(radius: Extent) -> [Float] {
    var means: [Float] = []
    means.reserveCapacity(extent.count)
    Region(extent).forEachPosition { position in
      let box = Region(origin: position, extent: Extent(1)).expanded(by: radius).intersection(Region(extent))
      means.append(sum(box) / Float(box.count))
    }
    return means
  }
}
