import Files
import Foundation
import Jobs
import MPI
import Phantom
import Scratch
import Testing
import VolumeFormats
import Voxels

@Suite(.serialized) struct PhantomWriterTests {
  private func resolved(_ seed: UInt64) -> ResolvedSettings {
    var settings = ResolvedSettings(command: "phantom", programVersion: "test")
    settings.add("seed", seed)
    return settings
  }

  /// Runs `body` with the path of a directory that does not exist yet.
  private func withDirectory(_ body: (String) throws -> Void) throws {
    try withTemporaryDirectory { try body($0 + "/phantom") }
  }

  private let extent = Extent(40, 72, 80)

  private func series(seed: UInt64) throws -> PhantomSeries {
    try PhantomSeries(
      extent: extent, seed: seed, structures: [.nuclei, .vessels], pairCount: 2, pairExtent: Extent(24, 32, 40))
  }

  @Test func filesHoldWhatThePhantomIs() throws {
    try withDirectory { directory in
      let writer = PhantomWriter(try series(seed: 4), to: directory)
      let made = try #require(
        try writer.write(resolved: resolved(4), communicator: .world(), settings: JobSettings(threads: 2)))
      for structure in [Structure.nuclei, .vessels] {
        let phantom = try SyntheticOrgan(extent: extent, seed: 4, structure: structure)
        let whole = phantom.render(Region(extent))
        let planes = try openVolume(joinPath(directory, structure.rawValue, "planes"))
        #expect(planes.description.voxelType == .uint16)
        #expect(try planes.readAll().array(of: UInt16.self) == whole.image.array(of: UInt16.self))
        let labels = try openVolume(joinPath(directory, structure.rawValue, "labels"))
        #expect(labels.description.voxelType == .uint32)
        #expect(try labels.readAll().array(of: UInt32.self) == whole.labels.array(of: UInt32.self))
        let count = try #require(made.structures.first { $0.structure == structure })
        #expect(count.labelledVoxels == whole.labels.array(of: UInt32.self).filter { $0 != 0 }.count)
        #expect(count.objects == (structure == .nuclei ? phantom.objectCount(in: Region(extent)) : nil))
      }
      #expect(made.pairs.count == 4)
      for pair in made.pairs {
        let region = try #require(Region(text: pair.region))
        let organ = try SyntheticOrgan(extent: extent, seed: pair.seed, structure: pair.structure)
        #expect(pair.seed != 4)
        let image = try openVolume(joinPath(directory, "pairs/images", pair.name + ".nii.gz")).readAll()
        #expect(image.array(of: UInt16.self) == organ.image(region).array(of: UInt16.self))
        let mask = try openVolume(joinPath(directory, "pairs/labels", pair.name + ".nii.gz")).readAll()
        let expected = organ.labels(region).array(of: UInt32.self).map { UInt8($0 == 0 ? 0 : 1) }
        #expect(mask.array(of: UInt8.self) == expected)
      }
      let list = try String(contentsOfFile: joinPath(directory, "pairs.yaml"), encoding: .utf8)
      for pair in made.pairs {
        let files = "image: pairs/images/\(pair.name).nii.gz, label: pairs/labels/\(pair.name).nii.gz"
        #expect(list.contains("- {\(files), structure: \(pair.structure.rawValue), category: "), "\(list)")
      }
      #expect(list.split(separator: "\n").count == made.pairs.count)
      let json = try readWholeFile(joinPath(directory, "phantom.json"))
      #expect(try JSONDecoder().decode(PhantomDescription.self, from: json) == made)
    }
  }

  @Test func cropsAtRandomPlacesComeAfterTheOthers() throws {
    let extent = Extent(64, 128, 128)
    func pairs(random: Int) throws -> [PhantomDescription.Pair] {
      var found: [PhantomDescription.Pair] = []
      try withDirectory { directory in
        let series = try PhantomSeries(
          extent: extent, seed: 9, structures: [.plaques], pairCount: 1, randomPairCount: random, pairExtent: Extent(32)
        )
        let made = try PhantomWriter(series, to: directory).write(
          resolved: resolved(9), communicator: .world(), settings: JobSettings(threads: 2))
        found = try #require(made).pairs
        for pair in found {
          let image = try openVolume(joinPath(directory, "pairs/images", pair.name + ".nii.gz"))
          #expect(image.description.extent == Extent(32))
        }
      }
      return found
    }
    let all = try pairs(random: 24)
    #expect(all.map(\.name) == (0..<25).map { "plaques_\($0)" })
    #expect(try pairs(random: 0) == [all[0]])
    var sharesAtBorder: [Double] = []
    for (number, pair) in all.dropFirst().enumerated() {
      let organ = try SyntheticOrgan(extent: extent, seed: pair.seed, structure: .plaques)
      let region = try #require(Region(text: pair.region))
      var inTissue = 0
      region.forEachPosition { if organ.depth(at: $0) > 0 { inTissue += 1 } }
      // The writer looks at some of the voxels; every other crop is cut by the border.
      let share = Double(inTissue) / Double(region.count)
      if number.isMultiple(of: 2) {
        #expect(share > 0.3, "\(pair.name): \(share)")
      } else {
        #expect(share < 0.9, "\(pair.name): \(share)")
        sharesAtBorder.append(share)
      }
    }
    // From hardly any tissue to much of it.
    #expect(sharesAtBorder.count { $0 < 0.3 } >= 3 && sharesAtBorder.count { $0 > 0.5 } >= 3, "\(sharesAtBorder)")
  }

  /// Each voxel of a varied pair is the mean of a cube of the organ's, on planes some steps apart, and labelled where half of
  /// the cube is; the header says how large it is.
  @Test func variedPairsShowTheOrganAtTheirOwnResolution() throws {
    let size = Extent(16, 24, 20)
    var seen: Set<[Int]> = []
    try withDirectory { directory in
      let series = try PhantomSeries(
        extent: Extent(20, 32, 32), seed: 11, structures: [.nuclei, .axons], pairCount: 1, randomPairCount: 1,
        variedPairCount: 6, pairExtent: size)
      let made = try #require(
        try PhantomWriter(series, to: directory).write(
          resolved: resolved(11), communicator: .world(), settings: JobSettings(threads: 2)))
      #expect(made.pairs.count == 16)
      for (index, pair) in made.pairs.enumerated() {
        let image = try openVolume(joinPath(directory, "pairs/images", pair.name + ".nii.gz"))
        #expect(image.description.extent == size)
        #expect((pair.imaging != nil) == (index % 8 >= 2))
        guard let imaging = pair.imaging else { continue }
        let (edge, planes) = (imaging.binning, imaging.binning * imaging.planeStep)
        seen.insert([edge, imaging.planeStep])
        let micrometres = try #require(image.description.voxelSizeInMicrometres)
        let expectedSize = [2 * planes, 2 * edge, 2 * edge]
        for axis in 0..<3 { #expect(abs(micrometres[axis] - Double(expectedSize[axis])) < 1e-4) }
        let region = try #require(Region(text: pair.region))
        #expect(region.extent == Extent(size.z * planes, size.y * edge, size.x * edge))
        let organ = try SyntheticOrgan(
          extent: Extent(3 * region.extent.z, 3 * region.extent.y, 3 * region.extent.x), seed: pair.seed,
          structure: pair.structure,
          imaging: Imaging(
            airGlow: imaging.airGlow, brightRim: imaging.brightRim, photonGain: imaging.photonGain))
        let whole = organ.render(region)
        let (light, marks) = (whole.image.array(of: UInt16.self), whole.labels.array(of: UInt32.self))
        var (expected, mask): ([UInt16], [UInt8]) = ([], [])
        for z in 0..<size.z {
          for y in 0..<size.y {
            for x in 0..<size.x {
              var cube: [Int] = []
              for k in 0..<edge {
                for j in 0..<edge {
                  for i in 0..<edge {
                    cube.append(region.extent.index(of: Coordinate(z * planes + k, y * edge + j, x * edge + i)))
                  }
                }
              }
              let mean = Double(cube.reduce(0) { $0 + Int(light[$1]) }) / Double(cube.count)
              expected.append(UInt16(mean.rounded()))
              mask.append(2 * cube.filter { marks[$0] != 0 }.count >= cube.count ? 1 : 0)
            }
          }
        }
        #expect(try image.readAll().array(of: UInt16.self) == expected)
        let labels = try openVolume(joinPath(directory, "pairs/labels", pair.name + ".nii.gz")).readAll()
        #expect(labels.array(of: UInt8.self) == mask)
        #expect(pair.labelledVoxels == mask.filter { $0 != 0 }.count)
      }
    }
    // Both magnifications and several steps between planes are among a dozen.
    #expect(Set(seen.map { $0[0] }) == [1, 2])
    #expect(Set(seen.map { $0[1] }).count > 1)
  }

  @Test func aSecondRunDoesNothingAndAnotherOrganIsRefused() throws {
    try withDirectory { directory in
      let writer = PhantomWriter(try series(seed: 4), to: directory)
      let settings = JobSettings(threads: 1)
      let first = try writer.write(resolved: resolved(4), communicator: .world(), settings: settings)
      // A plane that changes shows that nothing is drawn again.
      let plane = joinPath(directory, "nuclei/planes/z00000.tif")
      try publish("kept", to: plane)
      let second = try writer.write(resolved: resolved(4), communicator: .world(), settings: settings)
      #expect(first == second)
      #expect(try readWholeFile(plane) == Data("kept".utf8))
      let other = PhantomWriter(try series(seed: 5), to: directory)
      #expect(throws: Fault.self) {
        try other.write(resolved: resolved(5), communicator: .world(), settings: settings)
      }
    }
  }

  @Test func impossibleSeriesAreRefused() throws {
    #expect(throws: Fault.self) {
      try PhantomSeries(extent: extent, seed: 1, structures: [], pairCount: 0, pairExtent: Extent(8))
    }
    #expect(throws: Fault.self) {
      try PhantomSeries(extent: extent, seed: 1, structures: [.axons, .axons], pairCount: 0, pairExtent: Extent(8))
    }
    #expect(throws: Fault.self) {
      try PhantomSeries(extent: extent, seed: 1, structures: [.axons], pairCount: 1, pairExtent: Extent(41))
    }
    #expect(throws: Fault.self) {
      try PhantomSeries(
        extent: extent, seed: 1, structures: [.axons], pairCount: 0, variedPairCount: 1, pairExtent: Extent(513))
    }
    #expect(throws: Fault.self) {
      try PhantomSeries(extent: Extent(0, 1, 1), seed: 1, structures: [.axons], pairCount: 0, pairExtent: Extent(1))
    }
  }
}
