import Evaluation
import Files
import Scratch
import Testing

@Suite struct PairListingTests {
  private func make(_ names: [String], in directory: ScratchDirectory) throws {
    for name in names {
      try createDirectory(parentDirectory(of: directory.file(name)))
      try publish("x", to: directory.file(name))
    }
  }

  private func pairs(_ directory: ScratchDirectory, channel: Int? = nil) throws -> PairListing {
    try PairDirectories(directory.file("images"), directory.file("labels"), .annotation, channel: channel).pairs()
  }

  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch let fault as Fault { return fault.message } catch { return "not a fault: \(error)" }
    return ""
  }

  @Test func stemsMatchAcrossFormatsAndStraysAreNamed() throws {
    let directory = try ScratchDirectory()
    try make(
      [
        "images/a.TIF", "images/b_0000.nii.gz", "images/c.mhd", "images/c.raw", "images/d.ims", "images/e.nhdr",
        "images/e.raw.gz", "images/f.hdr", "images/f.img", "images/g.zarr/zarr.json", "images/h/z001.tif",
        "images/Thumbs.db", "images/.DS_Store", "images/._a.tif", "images/readme.txt", "images/sheets/x.csv",
        "labels/a.nii.gz", "labels/b.nrrd", "labels/c.mha", "labels/d.h5", "labels/e.npy", "labels/f.ome.tiff",
        "labels/g.NII", "labels/h.tiff", "labels/z.tif",
      ], in: directory)
    let listing = try pairs(directory)
    #expect(listing.pairs.map(\.name) == ["a", "b", "c", "d", "e", "f", "g", "h"])
    #expect(
      listing.pairs.map { $0.second.path.split(separator: "/").last! }
        == ["a.nii.gz", "b.nrrd", "c.mha", "d.h5", "e.npy", "f.ome.tiff", "g.NII", "h.tiff"])
    #expect(listing.notes.count == 2)
    #expect(
      listing.notes[0]
        == "passed over, since they are no volumes: images/.DS_Store, images/._a.tif, images/Thumbs.db, "
        + "images/readme.txt and images/sheets")
    #expect(listing.notes[1].contains("z.tif"))
  }

  @Test(arguments: [
    (["images/a.tif", "images/a.nii.gz", "labels/a.tif"], "both a.nii.gz and a.tif"),
    (["images/a.tif", "labels/a.tif", "labels/a.nrrd"], "both a.nrrd and a.tif"),
    (["images/a.tif", "images/a_0000.tif", "labels/a.tif"], "a.tif and a_0000.tif for one label"),
    (["images/c1_0001.nii.gz", "labels/c1.nii.gz"], "channel 1 of c1 alone"),
    (["images/c1_0000.nii.gz", "images/c1_0001.nii.gz", "labels/c1.nii.gz"], "say with --channel"),
    (["images/c1_0001.nii.gz", "labels/c2.nii.gz"], "c1 if its last number is that of a channel"),
    (["images/brain1.tif", "labels/brian1.tif"], "did you mean brian1?"),
    (["images/a.tif", "labels/notes.txt"], "found no volume but notes.txt"),
  ])
  func whatIsAmbiguousOrMissingIsRefused(names: [String], words: String) throws {
    let directory = try ScratchDirectory()
    try make(names, in: directory)
    let text = message { _ = try pairs(directory) }
    #expect(text.contains(words), "\(text)")
  }

  @Test func aChannelInAFileOfItsOwnIsChosen() throws {
    let directory = try ScratchDirectory()
    try make(["images/c_0000.tif", "images/c_0001.tif", "labels/c.tif"], in: directory)
    #expect(try pairs(directory, channel: 1).pairs.map(\.first.path) == [directory.file("images/c_0001.tif")])
    #expect(message { _ = try pairs(directory, channel: 2) }.contains("no channel 2 of c"))
  }

  private func list(_ text: String, _ directory: ScratchDirectory) throws -> PairListing {
    try publish(text, to: directory.file("pairs.yaml"))
    return try PairList(directory.file("pairs.yaml"), .annotation).pairs()
  }

  @Test func aListGivesEverythingAboutAPair() throws {
    let directory = try ScratchDirectory()
    let listing = try list(
      """
      # Comments, and keys without values, are fine.
      - image: a.h5
        image-dataset: /raw
        image-channel: 1
        label: a.h5
        label-dataset: /labels
        structure: axons
        category: contiguous
        source: 3
        fold: 2
        validation: true
      - {image: /b.tif, label: c.tif, structure: }
      """, directory)
    let first = listing.pairs[0]
    #expect(first.first == .init(directory.file("a.h5"), dataset: "/raw", channel: 1))
    #expect(first.second == .init(directory.file("a.h5"), dataset: "/labels"))
    #expect(first.source == "3" && first.fold == 2 && first.isValidation && first.category == "contiguous")
    #expect(listing.pairs[1].first.path == "/b.tif" && listing.pairs[1].structure.isEmpty)
  }

  @Test(arguments: [
    ("- image: a\n  label: b\n\n- image: c\n  lable: d\n", ":5: unknown key 'lable'; did you mean 'label'?"),
    ("- {image: a, label: b, notes: c}", ":1: unknown key 'notes'; expected one of image, label"),
    ("- image: a\n  label: b\n- image: c\n", ":3: the pair has no 'label'"),
    ("- image: a\n\tlabel: b\n", ":2: "), ("- image: a\n\tlabel: b\n", "YAML is indented with spaces"),
    ("- image: a\n  label: b\n  fold: two\n", ":3: 'fold' must be a whole number, found 'two'"),
    ("- image: a\n  label: b\n  validation: maybe\n", ":3: 'validation' must be true or false"),
    ("- image: [a]\n  label: b\n", ":1: 'image' must be one text"),
    ("- image: a\n  label: b\n  category: tubular\n", ":3: unknown category 'tubular'; expected one of isolated"),
    ("- image: a\n  image: b\n  label: c\n", ":1: image is given twice"),
    ("image: a\nlabel: b\n", ":1: expected a YAML list of pairs"), ("- a.tif\n", "found the text 'a.tif'"),
    ("- {image: a, label: b\n", ".yaml:"), ("- image: a: b\n", ".yaml:1: "),
  ])
  func mistakesAreToldWithTheirLine(text: String, words: String) throws {
    let directory = try ScratchDirectory()
    let found = message { _ = try list(text, directory) }
    #expect(found.contains(words), "\(found)")
    #expect(!found.contains("Error") && !found.contains("YamlError"), "\(found)")
  }

  @Test func volumesAreGivenOnce() throws {
    let directory = try ScratchDirectory()
    for (text, words) in [
      ("- {image: a, label: b}\n- {image: a, label: c}\n", "twice"),
      ("- {image: a, label: b}\n- {image: c, label: b}\n", "for two:"), ("- {image: a, label: a}\n", "its own label"),
    ] {
      let found = message {
        _ = try list(text, directory).requiringDistinctVolumes("pairs.yaml", .annotation)
      }
      #expect(found.contains(words), "\(found)")
    }
  }

  @Test func patternsStandForTheSameTextInBoth() throws {
    let directory = try ScratchDirectory()
    try make(["i/a-raw.tif", "i/b-raw.tif", "i/notes.txt", "l/a.nii.gz", "l/b.nii.gz"], in: directory)
    let listing = try list("- {image: i/*-raw.tif, label: l/*.nii.gz, structure: axons}", directory)
    #expect(listing.pairs.map(\.name) == ["a-raw", "b-raw"])
    #expect(listing.pairs.map(\.second.path) == [directory.file("l/a.nii.gz"), directory.file("l/b.nii.gz")])
    #expect(message { _ = try list("- {image: i/*.tif, label: l/*.nii.gz}", directory) }.contains("has no label"))
    #expect(message { _ = try list("- {image: i/*.tif, label: l/a.nii.gz}", directory) }.contains("in neither"))
    #expect(message { _ = try list("- {image: j*.tif, label: l*.tif}", directory) }.contains("no file matches"))
  }
}
