import Codecs
import Files
import Scratch
import VolumeFormats

private let planes: [(path: String, bytes: [UInt8])] = (1...3).map {
  ("s\($0).raw", Array(repeating: UInt8($0), count: 40))
}

/// Headers of MetaImage whose voxels are text or in several files.
func metaImageLists() -> [FuzzSample] {
  [
    ("list.mhd", "ElementDataFile = LIST\ns1.raw\ns2.raw\ns3.raw"), ("pattern.mhd", "ElementDataFile = s%d.raw 1 3 1"),
    (
      "text.mhd",
      "BinaryData = False\nElementDataFile = LOCAL\n" + (0..<60).map(String.init).joined(separator: " ")
    ),
  ].map { name, end in
    let header =
      "ObjectType = Image\r\nNDims = 3\nDimSize = 5 4 3\nElementType = MET_USHORT\nDistanceUnits = um\n\(end)\n"
    return FuzzSample([(name, Array(header.utf8))] + planes, input: name, mutated: [name])
  }
}

/// NRRD headers with voxels in every encoding, inside and beside.
func nrrdSamples() -> [FuzzSample] {
  func header(_ lines: String, _ voxels: [UInt8] = []) -> [UInt8] {
    Array("NRRD0005\ntype: ushort\ndimension: 3\nsizes: 5 4 3\nendian: big\n\(lines)\n\n".utf8) + voxels
  }
  let voxels = (0..<120).map { UInt8($0) }
  let text = Array((0..<60).map(String.init).joined(separator: " ").utf8)
  let hex = Array(
    voxels.flatMap {
      Array("0123456789abcdef".utf8)[Int($0 >> 4)...].prefix(1)
        + Array("0123456789abcdef".utf8)[Int($0 & 15)...].prefix(1)
    })
  let vector =
    Array(
      "NRRD0004\ntype: uchar\ndimension: 5\nsizes: 2 5 4 3 2\nencoding: raw\nkinds: vector space space space time\nspace: left-posterior-superior\nspace directions: none (1,0,0) (0,2,0) (0,0,4) none\nspace units: \"um\" \"um\" \"um\"\n\n"
        .utf8) + Array(repeating: 7, count: 240)
  return [
    FuzzSample("raw.nrrd", header("encoding: raw\nspacings: 1 2 4\nunits: \"um\" \"um\" \"um\"", voxels)),
    FuzzSample("gzip.nrrd", header("encoding: gzip", gzipped(voxels))),
    FuzzSample("text.nrrd", header("encoding: ascii\nlabels: \"x\" \"y\" \"z\"", text)),
    FuzzSample("hex.nrrd", header("encoding: hex", hex)), FuzzSample("vector.nrrd", vector),
    FuzzSample(
      [("list.nhdr", header("encoding: raw\nbyte skip: -1\ndata file: LIST\ns1.raw\ns2.raw\ns3.raw"))] + planes,
      input: "list.nhdr", mutated: ["list.nhdr"]),
    FuzzSample(
      [("pattern.nhdr", header("encoding: raw\ndata file: s%d.raw 1 3 1"))] + planes, input: "pattern.nhdr",
      mutated: ["pattern.nhdr"]),
    FuzzSample(
      [
        ("lines.nhdr", header("encoding: raw\nline skip: 1\nbyte skip: 2\ndata file: v.raw")),
        ("v.raw", Array("line\n..".utf8) + voxels),
      ],
      input: "lines.nhdr"),
  ]
}

/// An Analyze 7.5 header and its voxels.
func analyzeSamples() -> [FuzzSample] {
  var header = [UInt8](repeating: 0, count: 348)
  func put(_ offset: Int, _ bytes: [UInt8]) { header.replaceSubrange(offset..<(offset + bytes.count), with: bytes) }
  put(0, [0x5C, 1, 0, 0])
  put(40, [4, 0, 5, 0, 4, 0, 3, 0, 2, 0])
  put(56, Array("mm".utf8))
  put(70, [4, 0, 16, 0])
  put(76, [0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x80, 0x40])
  put(112, [0, 0, 0, 0x3F])
  let voxels = [UInt8](repeating: 3, count: 240)
  return ["a.hdr", "a.img"].map { FuzzSample([("a.hdr", header), ("a.img", voxels)], input: $0, mutated: ["a.hdr"]) }
}

/// Archives of one array, stored and deflated; their checksums are not looked at.
func numPyArchives() throws -> [FuzzSample] {
  let array = try writtenVolume("a.npy")
  let deflated = Array(gzipped(array).dropFirst(10).dropLast(8))
  return [(array, 0, "stored.npz"), (deflated, 8, "deflated.npz")].map { data, method, name in
    func number(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let sizes = number(data.count, 4) + number(array.count, 4)
    let member = Array("a.npy".utf8)
    let common = number(20, 2) + number(0, 2) + number(method, 2) + number(0, 8) + sizes + number(member.count, 2)
    let local = number(0x0403_4B50, 4) + common + number(0, 2) + member
    let central = number(0x0201_4B50, 4) + number(20, 2) + common + number(0, 16) + member
    let start = local.count + data.count
    let end =
      number(0x0605_4B50, 4) + number(0, 4) + number(1, 2) + number(1, 2) + number(central.count, 4) + number(start, 4)
      + number(0, 2)
    return FuzzSample(name, local + data + central + end)
  }
}

/// The XML file of BigStitcher for a dataset in N5, which stays whole.
func storesOfBigStitcher() -> [FuzzSample] {
  let xml =
    "<SpimData><BasePath type=\"relative\">.</BasePath><SequenceDescription><ImageLoader format=\"bdv.n5\"><n5 type=\"relative\">a.n5</n5></ImageLoader><ViewSetups><ViewSetup><id>0</id><voxelSize><unit>um</unit><size>1 1 2</size></voxelSize></ViewSetup></ViewSetups></SequenceDescription></SpimData>"
  let array =
    "{\"dimensions\":[3,2,2],\"blockSize\":[3,2,2],\"dataType\":\"uint8\",\"compression\":{\"type\":\"raw\"},\"downsamplingFactors\":[1,1,1]}"
  let block: [UInt8] = [0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2] + Array(0..<12)
  return [
    FuzzSample(
      [
        ("n.xml", Array(xml.utf8)), ("a.n5/attributes.json", Array("{\"n5\":\"2.5.0\"}".utf8)),
        (
          "a.n5/setup0/attributes.json",
          Array("{\"downsamplingFactors\":[[1,1,1]],\"dataType\":\"uint8\"}".utf8)
        ),
        ("a.n5/setup0/timepoint0/attributes.json", Array("{\"resolution\":[1,1,1]}".utf8)),
        ("a.n5/setup0/timepoint0/s0/attributes.json", Array(array.utf8)),
        ("a.n5/setup0/timepoint0/s0/0/0/0", block),
      ], input: "n.xml", mutated: ["n.xml"])
  ]
}
