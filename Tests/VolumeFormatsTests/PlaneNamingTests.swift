import Files
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

/// The order of planes, told from names as microscopes and people write them.
@Suite struct PlaneNamingTests {
  private func naming(_ names: [String], isChosen: Bool = false) throws -> PlaneNaming {
    try PlaneNaming(names, endings: [".tif", ".tiff"], isChosen: isChosen, directory: "d")
  }

  /// Names in their right order along z; shuffled, they must come back.
  static let series: [[String]] = [
    (0..<12).map { "z\($0).tif" },
    (0..<12).map { "z\(zeroPadded($0, 4)).TIF" },
    (1...120).map { "slice-\($0).ome.tif" },
    // Signs, with and without a separator before them, with and without plus.
    ["z-10.tif", "z-5.tif", "z0.tif", "z5.tif", "z10.tif"],
    ["z_-10.tif", "z_-9.tif", "z_-1.tif", "z_0.tif", "z_3.tif"],
    ["p_-3.tif", "p_-2.tif", "p_-1.tif"],
    ["Z-1.5.tif", "Z-0.5.tif", "Z+0.5.tif", "Z+10.5.tif"],
    // Decimals, also where some have none.
    ["z0.tif", "z0.5.tif", "z1.tif", "z1.5.tif", "z10.tif"],
    ["pos_0.25um.tif", "pos_0.5um.tif", "pos_1.0um.tif", "pos_10.5um.tif"],
    ["s1.9.tif", "s1.10.tif", "s2.1.tif", "s2.11.tif"],
    // Hyphens that only separate.
    (0..<3).map { "10-30-12_brain-\($0).tif" },
    // UltraMicroscope and Blaze; mesoSPIM; SmartSPIM's stage positions; MetaMorph; Zeiss.
    (0..<15).map { "10-30-12_PV_UltraII[00 x 00]_C00_xyz-Table Z\(zeroPadded($0, 4)).ome.tif" },
    (0..<15).map { "brain_Mag2x_Ch561_Sh0_Rot0_plane\($0).tif" },
    (0..<15).map { "466400_470200_\(zeroPadded($0 * 20, 6)).tif" },
    (1...11).map { "A01_s1_w1_z\($0).tif" },
    // A count and what follows from it: the position of the stage, the time of day.
    (0..<30).map { "img_\(zeroPadded($0, 3))_z\(1000 - $0 * 5).tif" }.reversed(),
    (0..<30).map { "\(zeroPadded($0, 4))_2024\(zeroPadded(101 + $0 / 7, 4))_12\(zeroPadded($0 * 13 % 60, 2)).tif" },
    // More digits than a machine number holds.
    ["t99999999999999999998.tif", "t99999999999999999999.tif", "t100000000000000000000.tif"],
    ["only.tif"],
  ]

  @Test(.randomised, arguments: series) func ordersAsPeopleNumber(_ names: [String]) throws {
    var numbers = SeededNumbers.ofTest()
    for _ in 0..<5 {
      let found = try naming(names.shuffled(using: &numbers))
      #expect(found.planes == [[names]])
    }
  }

  @Test func channelsAndTimePointsHaveTheirOwnPlanes() throws {
    let names = { (t: Int, c: Int, z: Int) in "b_T\(zeroPadded(t, 2))_C\(zeroPadded(c, 2))_Z\(z).tif" }
    let all = (0..<2).flatMap { t in (0..<3).flatMap { c in (8..<12).map { names(t, c, $0) } } }
    let found = try naming(all.sorted().reversed())
    #expect(found.planes == (0..<2).map { t in (0..<3).map { c in (8..<12).map { names(t, c, $0) } } })
    #expect(found.doubts.isEmpty)
    for words in [["z", "ch"], ["slice", "channel"], ["plane", "Ex"], ["section_", "w"]] {
      let names = (0..<2).flatMap { c in (0..<11).map { "x_\(words[0])\($0)_\(words[1])\(c + 488).tif" } }
      let found = try naming(names)
      #expect(found.planes.count == 1 && found.planes[0].count == 2)
      #expect(found.planes[0][1] == (0..<11).map { "x_\(words[0])\($0)_\(words[1])489.tif" })
    }
    // Only one number varies: whatever it is called, it is z, and that is doubted.
    #expect(try naming(["a_C0.tif", "a_C1.tif"]).doubts.count == 1)
  }

  /// What is refused, and words of the sentence.
  static let refusals: [([String], [String])] = [
    ((0..<9).map { "z\($0).tif" } + ["MAX_Z.tif"], ["MAX_Z.tif", "1 other ", "--planes 'z[0-9]*.tif'"]),
    ((0..<9).map { "z\($0).tif" } + ["z3_mask.tif", "z4_mask.tif"], ["2 others", "z3_mask.tif"]),
    ((0..<9).flatMap { ["z\($0)_GFP.tif", "z\($0)_DAPI.tif"] }, ["several series of 9 files", "--planes"]),
    (
      (0..<4).flatMap { z in (0..<6).map { "b[0\($0 % 3) x 0\($0 / 3)]_C00_Z\(z).tif" } },
      ["tiles of a mosaic", "stitch"]
    ),
    ((0..<4).flatMap { z in (0..<2).map { "row\($0)_z\(z).tif" } }, ["mosaic", "after \"row\""]),
    ((0..<4).flatMap { z in (0..<3).map { "a\($0)_b\(z).tif" } }, ["vary independently", "--planes 'a0_b*'"]),
    (["z1.tif", "z01.tif", "z2.tif"], ["two files for one plane", "z1.tif", "z01.tif"]),
    (["z1_C0.tif", "z2_C0.tif", "z1_C1.tif"], ["incomplete", "after \"C\""]),
    (["z1_C0.tif", "z2_C0.tif", "z1_C1.tif", "z3_C1.tif"], ["incomplete"]),
  ]

  @Test(arguments: refusals) func refusesWhatIsNoSeries(_ names: [String], _ words: [String]) throws {
    let fault = fault { _ = try naming(names) }
    #expect(fault?.kind == .badData)
    for word in words { #expect(fault?.message.contains(word) == true, "\(word) in \(fault?.message ?? "nothing")") }
  }

  @Test func doubtsAreTold() throws {
    #expect(try naming(["a1.tif", "a3.tif", "a5.tif"]).doubts.isEmpty)
    #expect(try naming(["a1.tif", "a2.tif", "a5.tif"]).doubts.first?.contains("after 2") == true)
    #expect(try naming(["one.tif", "two.tif"]).doubts.first?.contains("more than their numbers") == true)
    let nested = ["s1_1.tif", "s1_2.tif", "s2_1.tif"]
    #expect(try naming(nested).planes == [[nested]])
    #expect(try naming(nested).doubts.first?.contains("2 numbers vary") == true)
    // What the user chose is taken.
    #expect(try naming(["z1.tif", "z2.tif", "z10.tif", "last.tif"], isChosen: true).planes[0][0].count == 4)
  }

  @Test func directoriesWithoutPlanesTellWhatIsThere() throws {
    let cases: [([String], [String])] = [
      (["a.jp2", "b.jp2"], ["2 files .jp2", "JPEG 2000"]),
      (["a.jpg"], ["1 file .jpg", "JPEG is not read"]),
      (["x.nii.gz", "y.nii.gz"], ["2 files .nii.gz", "x.nii.gz"]),
      (["C0/z0.tif", "C1/z0.tif"], ["2 directories", "2 of its directories hold planes", "/C0"]),
      (["raw/z0.tif", "notes/readme.txt"], ["its planes are in", "/raw"]),
      (["s.zarr/zarr.json"], ["give one of its volumes", "s.zarr"]),
      (["Thumbs.db", "readme.txt"], ["1 file .db", "1 file .txt"]),
      ([], ["found nothing"]),
    ]
    for (files, words) in cases {
      let directory = try ScratchDirectory()
      for file in files {
        try createDirectory(parentDirectory(of: directory.file(file)))
        try publish("", to: directory.file(file))
      }
      let fault = fault { _ = try openVolume(directory.path) }
      #expect(fault?.kind == .noInput)
      for word in words { #expect(fault?.message.contains(word) == true, "\(word) in \(fault?.message ?? "nothing")") }
    }
  }

  @Test func planesAreChosenByPattern() throws {
    let directory = try ScratchDirectory()
    let extent = Extent(3, 4, 5)
    let volume = patternVolume(.uint16, extent)
    try write(volume, to: directory.file("p/"))
    try write(patternVolume(.uint16, Extent(1, 4, 5)), to: directory.file("max/"))
    try publish(try readWholeFile(directory.file("max/z00000.tif")), to: directory.file("p/MAX_Z.tif"))
    let refused = fault { _ = try openVolume(directory.file("p")) }
    #expect(refused?.message.contains("MAX_Z.tif") == true)
    let source = try openVolume(directory.file("p"), options: VolumeOptions(planes: "z0*.tif"))
    #expect(bytes(of: try everyVoxel(of: source)) == bytes(of: volume))
    #expect(fault { _ = try openVolume(directory.file("p"), options: VolumeOptions(planes: "q*")) }?.kind == .noInput)
    let one = directory.file("p/MAX_Z.tif")
    #expect(fault { _ = try openVolume(one, options: VolumeOptions(planes: "*")) }?.kind == .usage)
  }
}
