import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Voxels
import Zarr

/// How far stores of other programs can be verified, and what is no store at all.
@Suite struct ForeignVerificationTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  /// An uncompressed array of Zarr v2, 4 × 4 × 4 voxels of uint8 in chunks of 2, written by hand.
  private func writeVersion2(
    _ path: String, separator: String = ".", namedWith actual: String? = nil, fill: String = "0", chunks: Int = 8
  ) throws {
    try createDirectory(path)
    try publish(
      """
      {"zarr_format": 2, "shape": [4, 4, 4], "chunks": [2, 2, 2], "dtype": "|u1", "compressor": null, "fill_value": \(fill),
       "order": "C", "filters": null, "dimension_separator": "\(separator)"}
      """, to: joinPath(path, ".zarray"))
    for number in 0..<chunks {
      let name = [number / 4, number / 2 % 2, number % 2].map(String.init).joined(separator: actual ?? separator)
      let chunk = joinPath(path, name)
      try createDirectory(parentDirectory(of: chunk))
      try publish(Data(repeating: UInt8(number + 1), count: 8), to: chunk)
    }
  }

  private func verify(_ path: String) throws -> (findings: [Finding], notes: [String]) {
    let verification = try Verification(of: path)
    var findings = verification.metadataFindings
    for shard in 0..<verification.shardCount { findings += try verification.verifyShard(shard) }
    for file in 0..<verification.fileCount { findings += try verification.verifyFile(file) }
    return (findings, verification.notes(verification.coverage))
  }

  @Test func nothingIsNotSound() throws {
    try createDirectory(scratch.file("empty"))
    try createDirectory(scratch.file("group"))
    try publish(#"{"zarr_format": 3, "node_type": "group"}"#, to: scratch.file("group/zarr.json"))
    try createDirectory(scratch.file("planes"))
    try publish("not a plane", to: scratch.file("planes/a.tif"))
    for (name, found) in [("empty", "an empty directory"), ("group", "a group without arrays"), ("planes", "a.tif")] {
      let fault = fault { _ = try Verification(of: scratch.file(name)) }
      #expect(fault?.kind == .noInput && fault?.message.contains(found) == true, "\(fault?.message ?? name)")
    }
    #expect(fault { _ = try Verification(of: scratch.file("missing")) }?.kind == .noInput)
  }

  @Test func itIsSaidHowFarChunksWereChecked() throws {
    try writeVersion2(scratch.file("a"), chunks: 6)
    let (findings, notes) = try verify(scratch.file("a"))
    #expect(findings == [])
    #expect(notes.count == 1)
    #expect(
      notes[0].contains("decoded 6 chunks, 2 chunks without a file") && notes[0].contains("cannot be noticed"),
      "\(notes)")
    // A chunk that is cut short is found even so.
    try publish(Data(repeating: 1, count: 7), to: scratch.file("a/0.0.1"))
    #expect(try verify(scratch.file("a")).findings.map(\.path) == [scratch.file("a/0.0.1")])
  }

  @Test(arguments: [(".", "/"), ("/", "."), (".", "_")])
  func keysThatMatchNoFileAreNoVolumeOfZeros(separator: String, actual: String) throws {
    try writeVersion2(scratch.file("a"), separator: separator, namedWith: actual)
    for fault in [
      fault { _ = try ZarrArray.open(scratch.file("a")) }
    ] {
      #expect(
        fault?.kind == .badData && fault?.message.contains("none is a chunk") == true, "\(String(describing: fault))")
    }
    let findings = try verify(scratch.file("a")).findings
    #expect(findings.count == 1 && findings[0].message.contains("expect names like"), "\(findings)")
  }

  /// Coordinates and tables beside a volume, as xarray writes them, and axes that no volume has, are no damage; a changed
  /// chunk of them is.
  @Test(.needsPeers, arguments: [2, 3]) func arraysThatAreNoVolumesAreSound(zarrVersion: Int) throws {
    let peers = try PeerEnvironment.required()
    _ = try peers.run(
      """
      import sys, warnings, numpy as np, zarr
      warnings.simplefilter('ignore')
      form = int(sys.argv[2]); g = zarr.create_group(sys.argv[1], zarr_format=form)
      def add(name, v, chunks, axes):
          more = {'dimension_names': axes} if form == 3 else {'attributes': {'_ARRAY_DIMENSIONS': axes}}
          g.create_array(name, shape=v.shape, chunks=chunks, dtype=v.dtype, **more)[...] = v
      rng = np.random.default_rng(3)
      add('volume', rng.integers(1, 99, (4, 6, 8), dtype='u2'), (2, 3, 4), ['z', 'y', 'x'])
      add('depth', np.arange(1, 5, dtype='f8'), (4,), ['z'])
      add('weights', rng.integers(1, 99, (3, 5, 6, 7), dtype='u1'), (1, 5, 6, 7), ['out', 'in', 'y', 'x'])
      add('table', rng.integers(1, 99, (9, 2), dtype='u1'), (9, 2), ['row', 'field'])
      """, arguments: [scratch.file("g"), String(zarrVersion)])
    let (findings, notes) = try verify(scratch.file("g"))
    #expect(findings == [])
    #expect(notes.contains { $0.hasSuffix("depth: an array of 1 axis, which is not checked") }, "\(notes)")
    for name in ["volume", "weights", "table"] {
      #expect(notes.contains { $0.contains("/\(name): decoded") }, "\(notes)")
    }
    let chunk = try #require(try firstFile(below: scratch.file("g/weights") + (zarrVersion == 3 ? "/c" : "")))
    let file = zarrVersion == 3 ? chunk : scratch.file("g/weights/1.0.0.0")
    try publish(readWholeFile(file).dropLast(3), to: file)
    #expect(try verify(scratch.file("g")).findings.map(\.path) == [file])
  }

  @Test func aVolumeOfFillValueIsToldAsSuch() throws {
    try writeVersion2(scratch.file("a"), chunks: 0)
    // What a file browser leaves is no chunk.
    try publish("", to: scratch.file("a/.DS_Store"))
    let (findings, notes) = try verify(scratch.file("a"))
    #expect(findings == [] && notes.count == 1 && notes[0].contains("every voxel is the fill value"), "\(notes)")
    #expect(try ZarrArray.open(scratch.file("a")).findChunkFiles() == .none)
  }

  /// As zarr-python before version 3 writes attributes and fill values.
  @Test func tokensOfPythonAreRead() throws {
    try createDirectory(scratch.file("image/0"))
    try publish(#"{"zarr_format": 2}"#, to: scratch.file("image/.zgroup"))
    try publish(
      """
      {"omero": {"channels": [{"window": {"min": -Infinity, "max": Infinity, "start": NaN}}]},
       "multiscales": [{"version": "0.4", "axes": [{"name": "z"}, {"name": "y"}, {"name": "x"}],
         "datasets": [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [4, 2, 2]}]}]}]}
      """, to: scratch.file("image/.zattrs"))
    try publish(
      """
      {"zarr_format": 2, "shape": [2, 2, 2], "chunks": [2, 2, 2], "dtype": "<f4", "compressor": null, "fill_value": NaN,
       "order": "C", "filters": null}
      """, to: scratch.file("image/0/.zarray"))
    let store = try Store.open(scratch.file("image"))
    #expect(store.voxelSizeInMicrometres == nil && store.extent == Extent(2))
    let voxels = try store.levels[0].read(Region(store.extent)).array(of: Float.self)
    #expect(voxels.count == 8 && voxels.allSatisfy(\.isNaN))
  }

  /// Roots of bioformats2raw layouts, plates and plain groups are followed to their arrays.
  @Test(.needsPeers, arguments: [2, 3]) func hierarchiesOfPeersAreVerified(zarrVersion: Int) throws {
    let peers = try PeerEnvironment.required()
    _ = try peers.run(
      """
      import sys, os, numpy as np, zarr
      from ome_zarr.writer import write_image, write_plate_metadata, write_well_metadata
      version = int(sys.argv[2])
      v = np.arange(6 * 7 * 8, dtype="uint16").reshape(6, 7, 8)
      series = zarr.open_group(sys.argv[1] + "/series", mode="w", zarr_format=version)
      series.attrs["bioformats2raw.layout"] = 3
      for name in ["0", "1"]:
          write_image(v, series.create_group(name), axes="zyx", scale_factors=[2], storage_options={"chunks": (4, 4, 4)})
      os.makedirs(sys.argv[1] + "/series/OME")
      open(sys.argv[1] + "/series/OME/METADATA.ome.xml", "w").write("<OME/>")
      plate = zarr.open_group(sys.argv[1] + "/plate", mode="w", zarr_format=version)
      write_plate_metadata(plate, ["A"], ["1", "2"], ["A/1", "A/2"])
      for column in ["1", "2"]:
          well = plate.require_group("A").create_group(column)
          write_well_metadata(well, ["0"])
          write_image(v, well.create_group("0"), axes="zyx", scale_factors=[2], storage_options={"chunks": (4, 4, 4)})
      """, arguments: [scratch.path, "\(zarrVersion)"])
    for (name, broken) in [("series", "series/1"), ("plate", "plate/A/2/0")] {
      let (findings, notes) = try verify(scratch.file(name))
      #expect(findings == [], "\(name)")
      // Two images of two levels.
      #expect(notes.count == 4 && notes.allSatisfy { $0.contains("decoded") }, "\(name): \(notes)")
      let chunk = try #require(
        try regularFiles(below: scratch.file(broken)).first { name in
          !name.split(separator: "/").last!.hasPrefix(".") && !name.hasSuffix("zarr.json")
        })
      try publish(Data("short".utf8), to: joinPath(scratch.file(broken), chunk))
      #expect(try verify(scratch.file(name)).findings.count == 1, "\(name)")
    }
  }
}

/// What other programs may do to the metadata of a finished store, and what they may not.
@Suite struct StoreMetadataTests {
  private let scratch: ScratchDirectory
  private let store: String

  init() throws {
    scratch = try ScratchDirectory()
    store = scratch.file("a.zarr")
    let made = try Store.create(
      store,
      StoreLayout(
        name: "a", extent: Extent(9, 10, 11), voxelType: .uint16, voxelSizeInMicrometres: VoxelSize(4, 2, 2),
        chunk: Extent(4), shard: Extent(8), levelCount: 2, attributes: ["structure": "nuclei"]))
    try made.finish(made.levels.map { try writeShards(makeVoxels(.uint16, $0.extent, seed: 1), to: $0) })
  }

  private func change(_ name: String, _ body: (inout [String: JSONValue]) -> Void) throws {
    let path = joinPath(store, name)
    var members = try #require(try JSONValue(parsing: readWholeFile(path), path: path).asObject)
    body(&members)
    try publish(JSONValue.object(members).serialised(), to: path)
  }

  private var isSound: Bool {
    get throws {
      let verification = try Verification(of: store)
      _ = try? Store.open(store)
      return verification.metadataFindings.isEmpty
    }
  }

  /// Makes the contents file one of the first version, which recorded checksums of the documents' bytes.
  private func makeContentsOld() throws {
    let path = OutputContents.path(in: store)
    let contents = try #require(try OutputContents.read(in: store))
    var files = contents.files.mapValues { JSONValue.string("0x\(hexadecimal($0.checksum))") }
    for name in ["zarr.json", "0/zarr.json", "1/zarr.json", ".sheaf/zarr.json"] {
      files[name] = .string("0x\(hexadecimal(crc32c(try readWholeFile(joinPath(store, name)))))")
    }
    var members: [String: JSONValue] = ["arrays": contents.members["arrays"]!, "files": .object(files)]
    members["checksum"] = .string("0x\(hexadecimal(crc32c(JSONValue.object(members).serialised())))")
    try publish(JSONValue.object(members).serialised(), to: path)
  }

  @Test(arguments: [false, true]) func addedAttributesAreNoDamage(isOld: Bool) throws {
    if isOld { try makeContentsOld() }
    #expect(try isSound)
    try change("zarr.json") { members in
      var attributes = members["attributes"]!.asObject!
      var ome = attributes["ome"]!.asObject!
      ome["omero"] = ["channels": [["color": "00FF00", "window": ["start": 0, "end": 400]]]]
      attributes["ome"] = .object(ome)
      attributes["napari"] = ["colormap": "magma"]
      members["attributes"] = .object(attributes)
      members["consolidated_metadata"] = ["kind": "inline", "must_understand": false, "metadata": [:]]
    }
    try change("0/zarr.json") { $0["attributes"] = ["note": "looked at"] }
    #expect(try isSound)
    _ = try Store.open(store).levels[0].read(Region(Extent(9, 10, 11)))
  }

  @Test(arguments: [false, true]) func aChangedMeaningIsDamage(isOld: Bool) throws {
    if isOld { try makeContentsOld() }
    let documents = try ["zarr.json", "0/zarr.json"].map { try readWholeFile(joinPath(store, $0)) }
    func text(_ number: Int) -> String { String(decoding: documents[number], as: UTF8.self) }
    for (name, number, from, to) in [
      ("zarr.json", 0, "4,\n", "5,\n"), ("zarr.json", 0, "\"micrometer\"", "\"nanometer\""),
      ("zarr.json", 0, "nuclei", "vessels"), ("0/zarr.json", 1, "\"fill_value\" : 0", "\"fill_value\" : 1"),
      ("0/zarr.json", 1, "11", "12"), ("0/zarr.json", 1, "\"clevel\" : 5", "\"clevel\" : 4"),
    ] where text(number).contains(from) {
      let changed = text(number).replacingOccurrences(of: from, with: to)
      try publish(changed, to: joinPath(store, name))
      #expect(try !isSound, "\(from) → \(to)")
      #expect(fault { _ = try Store.open(store) }?.message.contains(name) == true, "\(from) → \(to)")
      try publish(documents[number], to: joinPath(store, name))
    }
    #expect(try isSound)
  }

  @Test func lostMetadataAreWrittenAgain() throws {
    let names = ["zarr.json", "0/zarr.json", "1/zarr.json", ".sheaf/zarr.json"]
    let whole = try names.map { try readWholeFile(joinPath(store, $0)) }
    try FileManager.default.removeItem(atPath: joinPath(store, "0/zarr.json"))
    try publish("{ \"zarr_format\": 3, \"node", to: joinPath(store, "1/zarr.json"))
    try change("zarr.json") { $0["attributes"] = [:] }
    #expect(try !isSound)
    #expect(
      try Store.restoreMetadata(of: store) == names.filter { !$0.hasPrefix(".") }.sorted().map { joinPath(store, $0) })
    #expect(try names.map { try readWholeFile(joinPath(store, $0)) } == whole)
    #expect(try isSound)
    #expect(try Store.restoreMetadata(of: store) == [])
  }
}
