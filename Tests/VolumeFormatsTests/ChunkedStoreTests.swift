import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

/// Containers of N5 and single arrays of Zarr, chosen by path, channel and time point.
@Suite struct ChunkedStoreTests {
  /// N5 as BigStitcher lays it out (written by tensorstore), edge blocks cut off and LZ4 as n5-java has them (which
  /// tensorstore does not write: done here), an array of Zarr v2 without a group.
  private static let writer = """
    import sys, json, pathlib, struct, warnings
    warnings.simplefilter("ignore")
    import numpy as np, tensorstore as ts, zarr, numcodecs
    root = pathlib.Path(sys.argv[1])
    v = np.arange(5 * 7 * 9, dtype="uint16").reshape(5, 7, 9) * 31
    def n5(path, v, compression={"type": "gzip"}):
        ts.open({"driver": "n5", "kvstore": {"driver": "file", "path": str(root / path)}, "create": True, "metadata": {
            "dimensions": v.shape[::-1], "blockSize": [4, 3, 2], "dataType": v.dtype.name, "compression": compression}}).result().write(v.T).result()
    def attributes(path, **more):
        file = root / path / "attributes.json"
        old = json.loads(file.read_text()) if file.exists() else {}
        file.write_text(json.dumps(old | more))
    for setup in (0, 1, 10):
        for time in (0, 1):
            for level in (0, 1):
                f = 2**level
                n5(f"bdv.n5/setup{setup}/timepoint{time}/s{level}", v[::f, ::f, ::f] + 1000 * setup + 100 * time)
        attributes(f"bdv.n5/setup{setup}", downsamplingFactors=[[1, 1, 1], [2, 2, 2]], dataType="uint16",
            pixelResolution={"unit": "um", "dimensions": [0.5, 1, 4]})
    attributes("bdv.n5", n5="4.0.0")
    n5("cosem.n5/volumes/raw/s0", v)
    attributes("cosem.n5/volumes/raw/s0", transform={"axes": ["z", "y", "x"], "scale": [4000, 1000, 500], "translate": [0, 0, 0],
        "units": ["nm", "nm", "nm"]})
    attributes("cosem.n5", n5="2.0.0")
    def lz4(data):
        # A stream of two blocks and its end, as LZ4BlockOutputStream of lz4-java writes it; hashes are left out.
        block = lambda method, encoded, decoded: b"LZ4Block" + bytes([method]) + struct.pack("<iii", len(encoded), decoded, 0) + encoded
        half = len(data) // 2
        raw = numcodecs.LZ4().encode(data[half:])[4:]
        return block(0x16, data[:half], half) + block(0x26, raw, len(data) - half) + block(0x16, b"", 0)
    for name, pack in {"cut": bytes, "lz4": lz4}.items():
        (root / name).mkdir()
        (root / name / "attributes.json").write_text(json.dumps({"dimensions": [9, 7, 5], "blockSize": [4, 3, 2], "dataType": "uint16",
            "compressionType": {"cut": "raw"}.get(name, name)}))
        for z in range(3):
            for y in range(3):
                for x in range(3):
                    block = v[2 * z:2 * z + 2, 3 * y:3 * y + 3, 4 * x:4 * x + 4]
                    file = root / name / str(x) / str(y) / str(z)
                    file.parent.mkdir(parents=True, exist_ok=True)
                    mode = (x + y + z) % 2
                    header = struct.pack(">HHIII", mode, 3, *block.shape[::-1]) + (struct.pack(">I", block.size) if mode else b"")
                    file.write_bytes(header + pack(block.astype(">u2").tobytes()))
    zarr.create_array(str(root / "v2"), shape=v.shape, dtype="<i8", chunks=(2, 3, 4), zarr_format=2)[...] = v
    v.tofile(root / "v.raw")
    """

  private func prepare() throws -> (ScratchDirectory, VoxelBuffer) {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    _ = try peers.run(Self.writer, arguments: [directory.path])
    let wanted = VoxelBuffer(.uint16, Extent(5, 7, 9))
    try readWholeFile(directory.file("v.raw")).copyBytes(to: wanted.bytes)
    return (directory, wanted)
  }

  private func raised(_ volume: VoxelBuffer, by amount: Int) -> Data {
    let copy = VoxelBuffer(volume.type, volume.extent)
    for (index, value) in volume.voxels(as: UInt16.self).enumerated() {
      copy.voxels(as: UInt16.self)[index] = value + UInt16(amount)
    }
    return bytes(of: copy)
  }

  @Test(.needsPeers) func groupsOfN5AreFollowed() throws {
    let (directory, volume) = try prepare()
    let path = directory.file("bdv.n5")
    for (channel, setup) in [0, 1, 10].enumerated() {
      for time in [0, 1] {
        let source = try openVolume(path, options: VolumeOptions(channel: channel, timePoint: time))
        #expect(bytes(of: try everyVoxel(of: source)) == raised(volume, by: 1000 * setup + 100 * time))
        #expect(source.description.channels == 3 && source.description.timePoints == 2)
        #expect(source.description.voxelSizeInMicrometres == VoxelSize(4, 1, 0.5) && source.description.format == "N5")
      }
    }
    for (dataset, offset) in [("setup1", 1000), ("setup1/timepoint0", 1000), ("setup10/timepoint1/s0", 10_100)] {
      let source = try openVolume(path, options: VolumeOptions(dataset: dataset))
      #expect(bytes(of: try everyVoxel(of: source)) == raised(volume, by: offset), "\(dataset)")
    }
    let coarse = try openVolume(path, options: VolumeOptions(dataset: "setup0/timepoint0/s1"))
    #expect(coarse.description.extent == Extent(3, 4, 5))
    let cosem = try openVolume(directory.file("cosem.n5"), options: VolumeOptions(dataset: "volumes/raw/s0"))
    #expect(cosem.description.voxelSizeInMicrometres == VoxelSize(4, 1, 0.5))
    #expect(bytes(of: try everyVoxel(of: cosem)) == bytes(of: volume))
  }

  @Test(.needsPeers) func blocksOfN5AreReadAsJavaWritesThem() throws {
    let (directory, volume) = try prepare()
    for name in ["cut", "lz4"] {
      let source = try openVolume(directory.file(name))
      #expect(bytes(of: try everyVoxel(of: source)) == bytes(of: volume), "\(name)")
      // A missing block is zero.
      try FileManager.default.removeItem(atPath: directory.file("\(name)/0/0/0"))
      let found = try everyVoxel(of: openVolume(directory.file(name))).array(of: UInt16.self)
      #expect(found[0..<4] == [0, 0, 0, 0] && found[4] == volume.array(of: UInt16.self)[4])
    }
  }

  @Test(.needsPeers) func anArrayOfVersion2IsAVolume() throws {
    let (directory, volume) = try prepare()
    let source = try openVolume(directory.file("v2"))
    #expect(source.description.voxelType == .uint64 && source.description.notes.contains { $0.contains("int64") })
    #expect(try source.readAll().array(of: UInt64.self) == volume.array(of: UInt16.self).map(UInt64.init))
  }

  @Test func whatCannotBeReadIsNamed() throws {
    let directory = try ScratchDirectory()
    func refusal(_ name: String, _ kind: Fault.Kind, dataset: String? = nil, channel: Int = 0) -> String {
      let found = fault {
        _ = try openVolume(directory.file(name), options: VolumeOptions(channel: channel, dataset: dataset)).readAll()
      }
      #expect(found?.kind == kind)
      return found?.message ?? ""
    }
    func array(_ name: String, _ members: String) throws {
      try createDirectory(directory.file(name))
      try publish(
        "{\"dimensions\": [2, 2, 2], \"blockSize\": [2, 2, 2], \"dataType\": \"uint8\", \(members)}",
        to: directory.file("\(name)/attributes.json"))
    }
    try array("a/volumes/raw", "\"compression\": {\"type\": \"jpeg\"}")
    try publish("{\"n5\": \"4.0.0\"}", to: directory.file("a/attributes.json"))
    #expect(refusal("a", .badData).contains("choose one below it with --dataset, in it are volumes"))
    #expect(refusal("a", .badData, dataset: "volumes/raw").contains("\"jpeg\" is not supported"))
    #expect(refusal("a", .noInput, dataset: "nowhere").contains("nowhere"))
    try array("b/setup3/timepoint7/s0", "\"compression\": {\"type\": \"raw\"}")
    #expect(refusal("b", .usage, channel: 1).contains("b has 1 of setup3"))
    try createDirectory(directory.file("b/setup3/timepoint7/s0/0/0"))
    for (header, word) in [
      ([], "too few"), ([0, 2, 0, 3], "mode 2"), ([0, 0, 0, 2], "2 axes"),
      ([0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2], "[2, 2, 3] voxels where at most [2, 2, 2]"),
      ([0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1], "8 bytes of voxels were expected, found 1"),
      ([0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2], "[2, 2, 0]"),
    ] as [([UInt8], String)] {
      try publish(Data(header), to: directory.file("b/setup3/timepoint7/s0/0/0/0"))
      #expect(refusal("b", .badData).contains(word), "\(header)")
    }
  }
}
