import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Voxels
import Zarr

/// Random shapes, types and codecs: what zarr-python and tensorstore write is read, and the other way round.
@Suite struct PropertyTests {
  /// Writes arrays of Zarr v3, v2 and N5 (usage: directory seed count), the voxels of each beside it (little-endian,
  /// C order, in the type in which Sheaf has them), and lists them.
  private static let foreignArrays = """
    import sys, json, warnings, pathlib
    warnings.simplefilter("ignore")
    import numpy as np, zarr, tensorstore as ts
    root, seed, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    rng = np.random.default_rng(seed)
    def pick(*items): return items[rng.integers(len(items))]
    TYPES = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64", "bool"]
    READ_AS = {"int8": "int16", "int32": "uint32", "int64": "uint64", "float64": "float32", "bool": "uint8"}
    listing = []
    def voxels(shape, dtype, fill):
        low = -100 if dtype in ("int8", "int16") else 0
        v = (rng.normal(size=shape).astype("float32") if dtype.startswith("float") else rng.integers(low, 101, shape)).astype(dtype)
        if dtype in ("uint64", "int64"): v *= np.array(2**55, dtype)
        for _ in range(rng.integers(4)):  # boxes of fill value, so that chunks and shards are left out
            at = [sorted(rng.integers(0, n + 1, 2)) for n in shape]
            v[tuple(slice(a, b) for a, b in at)] = fill
        return v
    def blosc(size):
        return {"cname": pick("lz4", "lz4hc", "blosclz", "zlib", "zstd", "snappy"), "clevel": int(rng.integers(10)),
                "shuffle": pick("noshuffle", "shuffle", "bitshuffle"), "typesize": size, "blocksize": pick(0, 64)}
    def compressors(size):
        one = lambda: pick({"name": "zstd", "configuration": {"level": int(rng.integers(-3, 9)), "checksum": pick(True, False)}},
            {"name": "gzip", "configuration": {"level": int(rng.integers(10))}}, {"name": "blosc", "configuration": blosc(size)},
            {"name": "crc32c"})
        return [one() for _ in range(rng.integers(4))]
    def inner(size, rank):
        codecs = [{"name": "bytes", "configuration": {"endian": pick("little", "big")}}] + compressors(size)
        if pick(True, False): codecs.insert(0, {"name": "transpose", "configuration": {"order": [int(i) for i in rng.permutation(rank)]}})
        return codecs
    little = {"name": "bytes", "configuration": {"endian": "little"}}
    def shard(chunk, codecs):
        index = pick([little], [little, {"name": "crc32c"}], [{"name": "bytes", "configuration": {"endian": "big"}}, {"name": "crc32c"}])
        return [{"name": "sharding_indexed", "configuration": {"chunk_shape": chunk, "codecs": codecs, "index_codecs": index,
            "index_location": pick("start", "end")}}]
    def case(n):
        kind = pick("v3", "v3", "v3", "v2", "v2", "n5", "n5", "numcodecs")
        dtype = pick(*(TYPES[:10] if kind == "n5" else TYPES))
        size = np.dtype(dtype).itemsize
        shape = [pick(1, 2, 3, 5, 7, 11, 13, 17) for _ in range(3)]
        if pick(0, 0, 0, 1): shape = [pick(1, 2, 3)] * int(rng.integers(1, 3)) + shape
        chunk = [int(rng.integers(1, 6)) for _ in shape]
        fill = pick(0, 0, 1, 7) if kind != "n5" else 0
        if dtype == "bool": fill = min(fill, 1)
        v = voxels(shape, dtype, fill)
        name, path = f"{n}-{kind}-{dtype}", str(root / str(n))
        driver = pick("zarr-python", "tensorstore")
        store = {"driver": "file", "path": path}
        if kind == "v3":
            codecs, grid = inner(size, len(shape)), chunk
            for _ in range(pick(0, 1, 1, 2)):
                codecs, grid = shard(grid, codecs), [c * int(rng.integers(1, 4)) for c in grid]
            # Nested shards are more than zarr-python reads, one way is enough.
            metadata = {"shape": shape, "data_type": dtype, "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": grid}},
                "chunk_key_encoding": {"name": pick("default", "v2"), "configuration": {"separator": pick("/", ".")}},
                "fill_value": bool(fill) if dtype == "bool" else fill, "codecs": codecs}
            text = json.dumps(metadata)
            if driver == "zarr-python" and text.count("sharding") < 2 and "snappy" not in text:
                metadata.update(zarr_format=3, node_type="array", attributes={})
                pathlib.Path(path).mkdir(); pathlib.Path(path, "zarr.json").write_text(json.dumps(metadata))
                zarr.open_array(path, mode="r+")[...] = v
            else:
                driver = "tensorstore"
                ts.open({"driver": "zarr3", "kvstore": store, "create": True, "metadata": metadata}).result().write(v).result()
            name += " " + " ".join(part["name"] for part in codecs) + (" nested" if text.count("sharding") > 1 else "")
        elif kind == "v2":
            b = blosc(size)
            shuffles = ["noshuffle", "shuffle", "bitshuffle"]
            compressor = pick(None, {"id": "zlib", "level": 3}, {"id": "gzip", "level": 3}, {"id": "bz2", "level": 2}, {"id": "zstd", "level": 3},
                {"id": "lz4", "acceleration": 1}, {"id": "lzma", "format": 1, "check": -1, "preset": None, "filters": None},
                {"id": "blosc", "cname": b["cname"], "clevel": b["clevel"], "shuffle": shuffles.index(b["shuffle"]), "blocksize": b["blocksize"]})
            order = pick("<", ">") if size > 1 else "|"
            code = {"b": "b", "u": "u", "i": "i", "f": "f"}[np.dtype(dtype).kind]
            metadata = {"zarr_format": 2, "shape": shape, "chunks": chunk, "dtype": order + code + str(size), "order": pick("C", "F"),
                "compressor": compressor, "filters": None, "dimension_separator": pick(".", "/"),
                "fill_value": pick(None, 0) if fill == 0 else fill}
            if dtype == "bool" and metadata["fill_value"] is not None: metadata["fill_value"] = bool(fill)
            if (compressor or {}).get("cname") == "snappy": driver = "tensorstore"  # which numcodecs leaves out
            if driver == "tensorstore" and (compressor or {}).get("id") not in ("lz4", "lzma", "gzip"):
                ts.open({"driver": "zarr", "kvstore": store, "create": True, "metadata": metadata}).result().write(v).result()
            else:
                driver = "zarr-python"
                pathlib.Path(path).mkdir(); pathlib.Path(path, ".zarray").write_text(json.dumps(metadata))
                zarr.open_array(path, mode="r+", zarr_format=2)[...] = v
            name += f" {compressor} {metadata['order']}"
        elif kind == "numcodecs":
            driver = "zarr-python"
            import zarr.codecs.numcodecs as numcodecs3
            codec = pick(numcodecs3.LZ4(), numcodecs3.Zlib(level=2), numcodecs3.BZ2(level=2), numcodecs3.Zstd(level=2), numcodecs3.GZip(level=1),
                numcodecs3.Blosc(cname="lz4", clevel=3, shuffle=1))
            zarr.create_array(path, shape=v.shape, dtype=v.dtype, chunks=tuple(chunk), compressors=codec, fill_value=fill)[...] = v
            name += f" {codec}"
        else:
            driver = "tensorstore"
            b = blosc(size)
            compression = pick({"type": "raw"}, {"type": "gzip", "level": 4, "useZlib": pick(True, False)}, {"type": "bzip2"}, {"type": "xz"},
                {"type": "zstd", "level": 3}, {"type": "blosc", "cname": b["cname"], "clevel": b["clevel"],
                 "shuffle": ["noshuffle", "shuffle", "bitshuffle"].index(b["shuffle"]), "blocksize": b["blocksize"]})
            ts.open({"driver": "n5", "kvstore": store, "create": True, "metadata": {"dimensions": shape[::-1], "blockSize": chunk[::-1],
                "dataType": dtype, "compression": compression}}).result().write(v.T).result()
            name += f" {compression}"
        kept = v.astype(READ_AS.get(dtype, dtype))
        kept.astype(kept.dtype.newbyteorder("<")).tofile(root / f"{n}.raw")
        listing.append({"path": str(n), "name": f"{name} {shape} {driver}", "shape": shape, "type": kept.dtype.name})
    for n in range(count):
        case(n)
    print(json.dumps(listing))
    """

  private struct Entry: Decodable {
    let path: String
    let name: String
    let shape: [Int]
    let type: String
  }

  @Test(.needsPeers, .randomised) func randomArraysWrittenByPeersAreRead() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    let listing = try JSONDecoder().decode(
      [Entry].self,
      from: Data(try peers.run(Self.foreignArrays, arguments: [directory.path, "\(testSeed)", "150"]).utf8))
    #expect(listing.count == 150)
    var generator = SeededNumbers.ofTest()
    for entry in listing {
      let name = Comment(rawValue: entry.name)
      do {
        try check(entry, in: directory, &generator)
        let verification = try Verification(of: directory.file(entry.path))
        #expect(verification.metadataFindings == [], name)
        for shard in 0..<verification.shardCount { #expect(try verification.verifyShard(shard) == [], name) }
      } catch {
        Issue.record("\(name): \(error)")
      }
    }
  }

  private func check(_ entry: Entry, in directory: ScratchDirectory, _ generator: inout SeededNumbers) throws {
    let raw = try readWholeFile(directory.file(entry.path + ".raw"))
    let type = try #require(VoxelType(rawValue: entry.type))
    let last = Array(entry.shape.suffix(3))
    let extent = Extent(last[0], last[1], last[2])
    let byteCount = extent.count * type.byteCount
    for volume in 0..<raw.count / byteCount {
      var indices: [Int] = []
      var rest = volume
      for count in entry.shape.dropLast(3).reversed() {
        indices.insert(rest % count, at: 0)
        rest /= count
      }
      let array = try ZarrArray.open(directory.file(entry.path)) { _ in VolumeAxes(leadingIndices: indices) }
      #expect(array.extent == extent && array.voxelType == type)
      let expected = VoxelBuffer(type, extent)
      raw.copyBytes(to: expected.bytes, from: volume * byteCount..<(volume + 1) * byteCount)
      #expect(sameVoxels(try array.read(Region(extent)), expected), "\(entry.name) \(indices)")
      let region = randomRegion(in: extent, &generator)
      #expect(sameVoxels(try array.read(region), expected.cropped(to: region)), "\(entry.name) \(indices) \(region)")
    }
  }

  private func randomRegion(in extent: Extent, _ generator: inout SeededNumbers) -> Region {
    var ends = [(Int, Int)]()
    for axis in 0..<3 {
      let start = Int.random(in: 0..<extent[axis], using: &generator)
      ends.append((start, Int.random(in: start + 1...extent[axis], using: &generator)))
    }
    return Region(
      from: Coordinate(ends[0].0, ends[1].0, ends[2].0), to: Coordinate(ends[0].1, ends[1].1, ends[2].1))
  }

  // MARK: The other way round

  private static let reader = """
    import sys, json, warnings, pathlib
    import numpy as np, zarr, tensorstore as ts
    root = pathlib.Path(sys.argv[1])
    count = 0
    for entry in json.loads((root / "listing.json").read_text()):
        path = str(root / entry["path"])
        v = np.fromfile(path + ".raw", entry["type"]).reshape(entry["shape"])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = zarr.open_array(path, mode="r")[...]
        assert found.dtype == v.dtype and (found == v).all(), ("zarr-python", entry)
        store = ts.open({"driver": "zarr3", "kvstore": {"driver": "file", "path": path}}).result()
        found = store.read().result()
        assert found.dtype == v.dtype and (found == v).all(), ("tensorstore", entry)
        count += 1
    print(count)
    """

  @Test(.needsPeers, .randomised) func peersReadRandomArrays() throws {
    let peers = try PeerEnvironment.required()
    var generator = SeededNumbers.ofTest()
    let directory = try ScratchDirectory()
    var listing: [JSONValue] = []
    for number in 0..<120 {
      let type = VoxelType.allCases.randomElement(using: &generator)!
      let metadata = randomMetadata(type, &generator)
      let array = try ZarrArray.create(
        directory.file("\(number)"), try ArrayMetadata(parsing: metadata.serialised(), path: "\(number)"))
      let voxels = makeVoxels(type, array.extent, seed: testSeed &+ UInt64(number))
      try write(voxels, to: array)
      #expect(sameVoxels(try ZarrArray.open(array.path).read(Region(array.extent)), voxels), "array \(number)")
      try publish(Data(voxels.bytes), to: directory.file("\(number).raw"))
      listing.append([
        "path": .string("\(number)"), "type": .string(type.rawValue), "shape": metadata["shape"]!,
        "codecs": metadata["codecs"]!,
      ])
    }
    try publish(JSONValue.array(listing).serialised(), to: directory.file("listing.json"))
    #expect(try peers.run(Self.reader, arguments: [directory.path]) == "120\n")
  }

  /// Whatever `ShardWriter` writes: chunks in files of their own or in shards, in either byte order, all compressors.
  private func randomMetadata(_ type: VoxelType, _ generator: inout SeededNumbers) -> JSONValue {
    func pick<Item>(_ items: [Item]) -> Item { items.randomElement(using: &generator)! }
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let shape = (0..<3).map { _ in pick([1, 2, 3, 5, 7, 11, 13, 17, 23]) }
    let chunk = (0..<3).map { _ in number(1...6) }
    var codecs: [JSONValue] = [
      ["name": "bytes", "configuration": type.byteCount == 1 ? [:] : ["endian": pick(["little", "big"])]]
    ]
    for _ in 0..<number(0...3) {
      codecs.append(
        pick([
          [
            "name": "zstd",
            "configuration": ["level": .integer(number(-3...9)), "checksum": .bool(pick([true, false]))],
          ],
          ["name": "gzip", "configuration": ["level": .integer(number(0...9))]],
          [
            "name": "blosc",
            "configuration": [
              "cname": pick(["lz4", "lz4hc", "blosclz", "zlib", "zstd"]), "clevel": .integer(number(0...9)),
              "shuffle": pick(["noshuffle", "shuffle", "bitshuffle"]), "typesize": .integer(type.byteCount),
              "blocksize": 0,
            ],
          ], ["name": "crc32c"],
        ]))
    }
    var file = chunk
    if pick([true, true, false]) {
      file = chunk.map { $0 * number(1...3) }
      codecs = [
        [
          "name": "sharding_indexed",
          "configuration": [
            "chunk_shape": .array(chunk.map(JSONValue.integer)), "codecs": .array(codecs), "index_location": "end",
            "index_codecs": [["name": "bytes", "configuration": ["endian": "little"]], ["name": "crc32c"]],
          ],
        ]
      ]
    }
    return [
      "zarr_format": 3, "node_type": "array", "shape": .array(shape.map(JSONValue.integer)),
      "data_type": .string(type.rawValue), "fill_value": pick([0, 1, 17]), "codecs": .array(codecs),
      "chunk_grid": ["name": "regular", "configuration": ["chunk_shape": .array(file.map(JSONValue.integer))]],
      "chunk_key_encoding": [
        "name": pick(["default", "v2"]), "configuration": ["separator": pick(["/", "."])],
      ],
    ]
  }
}
