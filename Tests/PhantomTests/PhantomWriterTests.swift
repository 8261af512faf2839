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
    let all = try pairs(random: 4)
    #expect(all.map(\.name) == (0..<5).map { "plaques_\($0)" })
    #expect(try pairs(random: 0) == [all[0]])
    for pair in all.dropFirst() {
      let organ = try SyntheticOrgan(extent: extent, seed: pair.seed, structure: .plaques)
      let image = organ.image(try #require(Region(text: pair.region))).array(of: UInt16.self)
      // Camera offset and noise reach 140 counts; tissue begins at about 200.
      let share = Double(image.filter { $0 > 160 }.count) / Double(image.count)
      #expect(share > 0.25, "\(pair.name): \(share)")
    }
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
      try PhantomSeries(extent: Extent(0, 1, 1), seed: 1, structures: [.axons], pairCount: 0, pairExtent: Extent(1))
    }
  }
}
