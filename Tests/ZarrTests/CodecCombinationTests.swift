import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Voxels
import Zarr

/// Codecs in every order that zarr-python writes: transpositions before shards, at any depth and inside; compressors and
/// checksums around shards; filters, shuffles and checksums of numcodecs, in Zarr v3 and v2; all of it as directories and
/// in zip archives.
@Suite struct CodecCombinationTests {
  /// Usage: directory seed count. Writes arrays, each also as `<name>.zip`, and what zarr-python reads of each as
  /// `<name>.raw` (little-endian, C order, in the type in which Sheaf has them).
  private static let program = #"""
    import sys, json, warnings, pathlib
    warnings.simplefilter("ignore")
    import numpy as np, zarr, numcodecs
    from zarr.codecs import *
    root, seed, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    rng = np.random.default_rng(seed)
    def pick(*items): return items[rng.integers(len(items))]
    def some(items, n): return [items[rng.integers(len(items))] for _ in range(n)]
    READ_AS = {"int8": "int16", "int32": "uint32", "int64": "uint64", "float64": "float32", "float16": "float32", "bool": "uint8"}
    import zarr.codecs.numcodecs as nz
    def outer(size):
        return pick([], [], [], [Crc32cCodec()], [ZstdCodec(level=1)], [GzipCodec(level=1)], [ZstdCodec(level=2), Crc32cCodec()], [nz.Zlib(level=1)])
    def chunked(dtype, rank, after=False):
        size = np.dtype(dtype).itemsize
        ofArrays = []
        if pick(0, 1): ofArrays.append(TransposeCodec(order=tuple(int(i) for i in rng.permutation(rank))))
        kind = pick("", "", "delta", "scale", "astype", "quantize", "bitround")
        little = np.dtype(dtype).newbyteorder("<").str
        if kind == "delta" and dtype != "bool" and dtype != "float16":
            ofArrays = [nz.Delta(dtype=little)]
            if dtype in ("uint16", "int16") and pick(0, 1): ofArrays = [nz.Delta(dtype=little, astype=little.replace("2", "4"))]
        elif kind == "scale" and dtype.startswith("float") and dtype != "float16":
            ofArrays.append(nz.FixedScaleOffset(offset=float(pick(0, -3, 2.5)), scale=float(pick(10, 1, 100)), dtype=little, astype=pick("<i2", "<i4", little)))
        elif kind == "scale" and dtype in ("uint16", "int16"):
            ofArrays.append(nz.FixedScaleOffset(offset=pick(0, -100), scale=pick(1, 1), dtype=little, astype=pick("<i4", "<f8")))
        elif kind == "astype" and dtype in ("uint16", "int16", "float32"):
            ofArrays.append(nz.AsType(encode_dtype=pick("<i4", "<i8", "<f8"), decode_dtype=little))
        elif kind == "quantize" and dtype in ("float32", "float64"):
            ofArrays.append(nz.Quantize(digits=3, dtype=little))
        elif kind == "bitround" and dtype in ("float32", "float64"):
            ofArrays.append(nz.BitRound(keepbits=9))
        last = [c for c in ofArrays if "astype" in getattr(c, "codec_config", {})]
        bytes_ = [BytesCodec(endian=pick("little", "big") if kind == "" else "little")]
        some_ = [ZstdCodec(level=1), GzipCodec(level=2), Crc32cCodec(), nz.Shuffle(elementsize=size), nz.Zlib(level=3), nz.BZ2(level=1), nz.LZMA(preset=1), nz.LZ4(),
            nz.CRC32(), nz.Adler32(), nz.CRC32(location="end"), nz.Adler32(location="end"), nz.Fletcher32(), nz.Blosc(cname="lz4", shuffle=pick(0, 1, 2)), nz.Zstd(level=2),
            BloscCodec(cname=pick("lz4", "zstd"), shuffle="bitshuffle", typesize=size), nz.GZip(level=1), nz.CRC32C()]
        return ofArrays + bytes_ + some(some_, rng.integers(4))
    def case(n):
        dtype = pick("uint8", "uint16", "uint16", "int16", "uint32", "int32", "float32", "float64", "float16", "bool", "int8", "uint64")
        shape = [int(pick(1, 3, 7, 11, 13)) for _ in range(pick(3, 3, 3, 4))]
        chunk = [int(rng.integers(1, 6)) for _ in shape]
        v = (rng.normal(size=shape) * 20).astype("float32") if dtype.startswith("float") else rng.integers(0, 100, shape)
        v = v.astype(dtype)
        version = pick(3, 3, 3, 2)
        fill = pick(0, 1) if not dtype.startswith("float") else pick(0.0, 1.5, float("nan"))
        path = str(root / str(n))
        rank = len(shape)
        if version == 3:
            depth = pick(0, 1, 1, 2)
            codecs = chunked(dtype, rank)
            edges = list(chunk)      # in the order of the array
            # from the inside out: edges of the pieces in the order of the array, permuted as the levels outside do
            perms = [list(rng.permutation(rank)) if pick(0, 1) else None for _ in range(depth)]
            sizes = [edges]
            for _ in range(depth): sizes.append([e * int(pick(1, 2)) for e in sizes[-1]])
            # level 0 is outermost
            orders = []
            order = list(range(rank))
            for level in range(depth):
                if perms[level] is not None: order = [order[i] for i in perms[level]]
                orders.append(list(order))
            for level in reversed(range(depth)):
                shape_inside = [int(sizes[depth - 1 - level][a]) for a in orders[level]]
                own = ShardingCodec(chunk_shape=shape_inside, codecs=codecs, index_codecs=pick([BytesCodec(), Crc32cCodec()], [BytesCodec(endian="big")]), index_location=pick("start", "end"))
                codecs = ([TransposeCodec(order=tuple(int(i) for i in perms[level]))] if perms[level] is not None else []) + [own] + outer(0)
            a = zarr.create(shape=shape, dtype=dtype, chunks=sizes[depth], codecs=codecs, store=path, zarr_format=3, fill_value=fill)
        else:
            little = np.dtype(dtype)
            order = pick("C", "F")
            big = pick("<", ">") if np.dtype(dtype).itemsize > 1 else "|"
            text = np.dtype(dtype).newbyteorder(big).str
            filters = []
            kind = pick("", "delta", "scale", "shuffle", "zlib", "astype")
            if kind == "delta" and dtype not in ("bool", "float16"): filters = [numcodecs.Delta(dtype=text)]
            if kind == "scale" and dtype in ("float32", "float64"): filters = [numcodecs.FixedScaleOffset(offset=-2, scale=10, dtype=text, astype=big + "i4")]
            if kind == "astype" and dtype in ("uint16", "float32"): filters = [numcodecs.AsType(encode_dtype=big + "f8", decode_dtype=text)]
            if kind == "shuffle": filters = [numcodecs.Shuffle(elementsize=np.dtype(dtype).itemsize)]
            if kind == "zlib": filters = [numcodecs.Zlib(1), numcodecs.CRC32()]
            if kind in ("delta", "scale") and pick(0, 1): filters.append(numcodecs.Shuffle(elementsize=np.dtype(dtype).itemsize))
            if fill != fill and pick(0, 1): fill = None
            a = zarr.create(shape=shape, dtype=text, chunks=chunk, order=order, filters=filters, store=path, zarr_format=2, fill_value=pick(fill, None),
                compressor=pick(None, numcodecs.Zstd(1), numcodecs.Blosc("zstd", 3, 1), numcodecs.LZMA(preset=1), numcodecs.BZ2(1), numcodecs.Zlib(1), numcodecs.LZ4(), numcodecs.GZip(2)),
                dimension_separator=pick(".", "/"))
        a[...] = v
        expected = zarr.open_array(path, mode="r")[...]
        if kind_lossless(a, path) and not np.array_equal(expected, v): raise ValueError("the peer does not read its own array")
        expected.astype(READ_AS.get(dtype, dtype)).astype(np.dtype(READ_AS.get(dtype, dtype)).newbyteorder("<")).tofile(root / (str(n) + ".raw"))
        return {"name": str(n), "shape": shape, "dtype": READ_AS.get(dtype, dtype)}
    def kind_lossless(a, path):
        text = "".join(p.read_text() for p in pathlib.Path(path).glob("*") if p.name in ("zarr.json", ".zarray"))
        return not any(w in text for w in ("scaleoffset", "quantize", "bitround"))
    listing = []
    n = 0
    while len(listing) < count:
        n += 1
        if n > 20 * count: break
        try: listing.append(case(n))
        except Exception: pass  # a combination that the peer does not write, or does not read back
    import zipfile
    for e in listing:
        place = root / e["name"]
        prefix, large = pick("", "", "thing.zarr/"), pick(True, False)
        with zipfile.ZipFile(str(place) + ".zip", "w", pick(zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)) as z:
            # A writer replaces a member by adding it again.
            if pick(0, 1): z.writestr(prefix + ("zarr.json" if (place / "zarr.json").exists() else ".zarray"), b"{}")
            for p in sorted(place.rglob("*")):
                if p.is_file():
                    with z.open(prefix + str(p.relative_to(place)), "w", force_zip64=large) as o: o.write(p.read_bytes())
    print(json.dumps(listing))
    """#

  private struct Entry: Decodable {
    let name: String
    let shape: [Int]
    let dtype: String
  }

  @Test(.needsPeers, .randomised) func arraysOfRandomCodecsAreReadAsThePeerReadsThem() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    let output = try peers.run(Self.program, arguments: [directory.path, "\(testSeed)", "120"])
    let listing = try JSONDecoder().decode([Entry].self, from: Data(output.utf8))
    #expect(listing.count > 60)
    for entry in listing {
      let raw = try readWholeFile(directory.file(entry.name + ".raw"))
      for ending in ["", ".zip"] {
        let path = directory.file(entry.name + ending)
        do {
          try compare(path, entry, raw)
        } catch {
          Issue.record("\(entry.name)\(ending): \(error)")
        }
        let verification = try Verification(of: path)
        #expect(verification.metadataFindings == [])
        for shard in 0..<verification.shardCount { #expect(try verification.verifyShard(shard) == [], "\(path)") }
      }
    }
  }

  private func compare(_ path: String, _ entry: Entry, _ raw: Data) throws {
    let type = try #require(VoxelType(rawValue: entry.dtype))
    let extent = Extent(entry.shape[entry.shape.count - 3], entry.shape[entry.shape.count - 2], entry.shape.last!)
    let byteCount = extent.count * type.byteCount
    for volume in 0..<(entry.shape.count == 4 ? entry.shape[0] : 1) {
      let indices = entry.shape.count == 4 ? [volume] : []
      let array = try ZarrArray.open(path) { _ in VolumeAxes(leadingIndices: indices) }
      let expected = VoxelBuffer(type, extent)
      raw.copyBytes(to: expected.bytes, from: volume * byteCount..<(volume + 1) * byteCount)
      #expect(sameVoxels(try array.read(Region(extent)), expected), "\(path) \(indices)")
    }
  }

  /// tensorstore counts the chunks of a shard along its transposed axes.
  @Test(.needsPeers) func aTranspositionBeforeShardsTurnsTheirChunks() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    _ = try peers.run(
      """
      import sys, itertools, numpy as np, tensorstore as ts
      little, crc = {"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}
      v = np.arange(12 * 6 * 20, dtype="uint16").reshape(12, 6, 20)
      for order in itertools.permutations(range(3)):
          chunk = [[2, 3, 5][a] for a in order]
          ts.open({"driver": "zarr3", "kvstore": {"driver": "file", "path": sys.argv[1] + "/" + "".join(map(str, order))},
              "create": True, "metadata": {"shape": v.shape, "data_type": "uint16",
                  "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4, 6, 10]}},
                  "codecs": [{"name": "transpose", "configuration": {"order": order}}, {"name": "sharding_indexed",
                      "configuration": {"chunk_shape": chunk, "codecs": [little, crc], "index_codecs": [little, crc]}}]},
          }).result().write(v).result()
      """, arguments: [directory.path])
    let expected = VoxelBuffer(.uint16, Extent(12, 6, 20))
    let numbers = expected.voxels(as: UInt16.self)
    for index in 0..<expected.extent.count { numbers[index] = UInt16(index) }
    for order in ["012", "021", "102", "120", "201", "210"] {
      let array = try ZarrArray.open(directory.file(order))
      #expect(sameVoxels(try array.read(Region(array.extent)), expected), "\(order)")
    }
  }

  @Test(arguments: [
    (#"{"name": "zfpy", "configuration": {}}"#, "codec \"zfpy\" is not supported"),
    (#"{"name": "numcodecs.pcodec"}"#, "write the array again with one of these"),
    (#"{"name": "numcodecs.lzma", "configuration": {"format": 3}}"#, "expected format 1"),
    (#"{"name": "transpose", "configuration": {"order": [0, 1, 2]}}"#, "not supported in this position"),
  ]) func otherCodecsAreRefusedByName(codec: String, reason: String) throws {
    let fault = try refusal(codecs: #"[{"name": "bytes", "configuration": {"endian": "little"}}, \#(codec)]"#)
    #expect(fault.kind == .badData && fault.message.contains(reason), "\(fault.message)")
  }

  /// Numbers of any size in metadata are a fault, also where a shard would be decoded as a whole.
  @Test(arguments: [
    "[9223372036854775807, 9223372036854775807, 2]", "[9223372036854775804, 4, 4]", "[4194304, 4194304, 2]",
  ])
  func absurdShardsThatAreCompressedAsAWholeAreRefused(shard: String) throws {
    let directory = try ScratchDirectory()
    for after in ["", #", {"name": "crc32c"}"#] {
      let text = """
        {"zarr_format": 3, "node_type": "array", "shape": [8, 8, 8], "data_type": "uint16", "fill_value": 0,
         "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": \(shard)}},
         "chunk_key_encoding": {"name": "default"}, "codecs": [{"name": "sharding_indexed", "configuration": {
           "chunk_shape": [1, 1, 1], "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
           "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}]}}\(after)]}
        """
      try Data(text.utf8).write(to: URL(fileURLWithPath: directory.file("zarr.json")))
      let fault = try #require(fault { _ = try ZarrArray.open(directory.path) })
      #expect(fault.kind == .badData, "\(fault.message)")
    }
  }

  @Test(arguments: ["rectilinear", "variable"]) func irregularGridsAreRefusedByName(grid: String) throws {
    let fault = try refusal(grid: grid, codecs: #"[{"name": "bytes", "configuration": {"endian": "little"}}]"#)
    #expect(fault.message.contains("chunk_grid \"\(grid)\", whose chunks differ in size"), "\(fault.message)")
  }

  private func refusal(grid: String = "regular", codecs: String) throws -> Fault {
    let directory = try ScratchDirectory()
    let text = """
      {"zarr_format": 3, "node_type": "array", "shape": [4, 4, 4], "data_type": "uint16", "fill_value": 0,
       "chunk_grid": {"name": "\(grid)", "configuration": {"chunk_shape": [2, 2, 2]}},
       "chunk_key_encoding": {"name": "default"}, "codecs": \(codecs)}
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: directory.file("zarr.json")))
    return try #require(fault { _ = try ZarrArray.open(directory.path) })
  }
}
