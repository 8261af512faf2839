import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Voxels
import Zarr

/// Arrays of zarr-python and tensorstore, read by Sheaf.
@Suite struct ForeignArrayTests {
  /// Writes `<name>` arrays of every kind, the voxels of each beside it as `<name>.raw` (little-endian, C order).
  private static let program = """
    import sys, json, warnings, itertools, pathlib
    warnings.simplefilter("ignore")
    import numpy as np, zarr, tensorstore as ts
    root = pathlib.Path(sys.argv[1])
    rng = np.random.default_rng(3)
    from zarr.codecs import (BytesCodec, GzipCodec, BloscCodec, ZstdCodec, Crc32cCodec, TransposeCodec, ShardingCodec)
    listing = []
    def voxels(shape, dtype):
        v = rng.integers(0, 250, shape).astype(dtype)
        v[..., : shape[-1] // 2] = 0
        return v
    def keep(name, v):
        v.astype(v.dtype.newbyteorder("<")).tofile(root / (name + ".raw"))
        listing.append({"name": name, "shape": list(v.shape), "dtype": v.dtype.name})
    def python(name, v, chunks, shards=None, **options):
        a = zarr.create_array(str(root / name), shape=v.shape, dtype=v.dtype, chunks=chunks, shards=shards, **options)
        a[...] = v
        keep(name, v)
    shape = (11, 7, 13)
    for dtype in ["uint8", "uint16", "int16", "uint32", "uint64", "float32"]:
        python(f"python-{dtype}", voxels(shape, dtype), (4, 3, 5), (8, 6, 10))
        python(f"python-big-{dtype}", voxels(shape, dtype), (4, 3, 5), serializer=BytesCodec(endian="big"))
    u2 = voxels(shape, "uint16")
    for name, compressors in {
        "none": None, "gzip": GzipCodec(level=6), "zstd-checksum": ZstdCodec(level=1, checksum=True),
        "crc": Crc32cCodec(), "zstd-crc": [ZstdCodec(level=3), Crc32cCodec()],
        "two": [ZstdCodec(level=1), GzipCodec(level=1), Crc32cCodec()],
    }.items():
        python(f"python-{name}", u2, (4, 3, 5), compressors=compressors)
        python(f"python-sharded-{name}", u2, (4, 3, 5), (8, 6, 10), compressors=compressors)
    for cname, shuffle in itertools.product(["lz4", "zstd", "blosclz", "lz4hc", "zlib"], ["noshuffle", "shuffle", "bitshuffle"]):
        python(f"python-blosc-{cname}-{shuffle}", u2, (4, 3, 5),
               compressors=BloscCodec(cname=cname, clevel=5, shuffle=shuffle, typesize=2))
    for order in itertools.permutations(range(3)):
        python("python-transpose-" + "".join(map(str, order)), u2, (4, 3, 5), (8, 6, 10), filters=TransposeCodec(order=order))
    python("python-4d", voxels((3,) + shape, "uint16"), (1, 4, 3, 5), (2, 8, 6, 10))
    python("python-5d", voxels((2, 3) + shape, "uint16"), (2, 2, 4, 3, 5), filters=TransposeCodec(order=(4, 2, 0, 3, 1)))
    python("python-dots", u2, (4, 3, 5), chunk_key_encoding={"name": "default", "separator": "."})
    python("python-v2-keys", u2, (4, 3, 5), chunk_key_encoding={"name": "v2", "separator": "/"})
    python("python-fill", np.where(u2 == 0, 7, u2).astype("uint16"), (4, 3, 5), (8, 6, 10), fill_value=7)
    import numcodecs
    for name, compressor in {"zstd": numcodecs.Zstd(3), "gzip": numcodecs.GZip(5), "zlib": numcodecs.Zlib(1),
                             "blosc": numcodecs.Blosc("lz4", 5, numcodecs.Blosc.BITSHUFFLE), "none": None}.items():
        for dtype, order, separator in [("<u2", "C", "/"), (">u2", "F", "."), (">f4", "C", "."), ("|u1", "F", "/")]:
            python(f"v2-{name}-{dtype[1:]}-{order}", voxels(shape, dtype), (4, 3, 5), zarr_format=2, order=order,
                   compressors=compressor, chunk_key_encoding={"name": "v2", "separator": separator})
    python("v2-4d", voxels((3,) + shape, "uint16"), (2, 4, 3, 5), zarr_format=2)
    def store(name, v, codecs, chunk, attributes={}):
        s = ts.open({"driver": "zarr3", "kvstore": {"driver": "file", "path": str(root / name)}, "create": True,
            "metadata": {"shape": v.shape, "data_type": v.dtype.name,
                "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": chunk}}, "codecs": codecs, **attributes}}).result()
        s.write(v).result()
        keep(name, v)
    little = {"name": "bytes", "configuration": {"endian": "little"}}
    big = {"name": "bytes", "configuration": {"endian": "big"}}
    crc = {"name": "crc32c"}
    zstd = {"name": "zstd", "configuration": {"level": 5}}
    for place, index in itertools.product(["start", "end"], [[little, crc], [little], [big, crc]]):
        names = "".join(c["name"][0] for c in index) + index[0]["configuration"]["endian"]
        store(f"tensorstore-{place}-{names}", u2, [{"name": "sharding_indexed", "configuration": {
            "chunk_shape": [4, 3, 5], "codecs": [big, zstd, crc], "index_codecs": index, "index_location": place}}], [8, 6, 10])
    store("tensorstore-plain", u2, [{"name": "transpose", "configuration": {"order": [2, 0, 1]}}, little, {"name": "gzip"}], [4, 3, 5])
    store("tensorstore-floats", voxels(shape, "float32"), [little, {"name": "blosc", "configuration":
        {"cname": "lz4", "clevel": 5, "shuffle": "bitshuffle"}}], [4, 3, 5], {"fill_value": "NaN"})
    print(json.dumps(listing))
    """

  private struct Entry: Decodable {
    let name: String
    let shape: [Int]
    let dtype: String
  }

  @Test(.needsPeers) func arraysWrittenByPeersAreRead() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    let listing = try JSONDecoder().decode(
      [Entry].self, from: Data(try peers.run(Self.program, arguments: [directory.path]).utf8))
    #expect(listing.count > 50)
    for entry in listing {
      let raw = try readWholeFile(directory.file(entry.name + ".raw"))
      let type = try #require(VoxelType(rawValue: entry.dtype))
      let extent = Extent(11, 7, 13)
      let volumeBytes = extent.count * type.byteCount
      let leading = entry.shape.dropLast(3)
      for volume in 0..<leading.reduce(1, *) {
        var indices: [Int] = []
        var rest = volume
        for count in leading.reversed() {
          indices.insert(rest % count, at: 0)
          rest /= count
        }
        let array = try ZarrArray.open(directory.file(entry.name)) { _ in VolumeAxes(leadingIndices: indices) }
        let expected = VoxelBuffer(type, extent)
        raw.copyBytes(to: expected.bytes, from: volume * volumeBytes..<(volume + 1) * volumeBytes)
        #expect(sameVoxels(try array.read(Region(extent)), expected), "\(entry.name) \(indices)")
        let region = Region(from: Coordinate(3, 2, 4), to: Coordinate(9, 7, 11))
        #expect(sameVoxels(try array.read(region), expected.cropped(to: region)), "\(entry.name) \(indices)")
      }
      let verification = try Verification(of: directory.file(entry.name))
      #expect(verification.metadataFindings == [])
      for shard in 0..<verification.shardCount { #expect(try verification.verifyShard(shard) == [], "\(entry.name)") }
    }
  }

  @Test(.needsPeers, arguments: [2, 3]) func imagesWrittenByPeersAreRead(zarrVersion: Int) throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    _ = try peers.run(
      """
      import sys, numpy as np, zarr
      from ome_zarr.writer import write_image
      root = zarr.open_group(sys.argv[1], mode="w", zarr_format=int(sys.argv[2]))
      v = np.arange(2 * 3 * 20 * 24 * 28, dtype="uint16").reshape(2, 3, 20, 24, 28)
      write_image(v, root, axes="tczyx", scale_factors=[2, 4], storage_options={"chunks": (1, 1, 8, 8, 8)})
      ome = dict(root.attrs["ome"]) if sys.argv[2] == "3" else dict(root.attrs)
      image = ome["multiscales"][0]
      for axis in image["axes"][2:]:
          axis["unit"] = "nanometer"
      for level, dataset in enumerate(image["datasets"]):
          dataset["coordinateTransformations"][0]["scale"] = [1, 1, 2000, 500 * 2**level, 500 * 2**level]
      root.attrs.update({"ome": ome} if sys.argv[2] == "3" else ome)
      """, arguments: [directory.file("image"), "\(zarrVersion)"])
    let store = try Store.open(directory.file("image"), channel: 2, timePoint: 1)
    #expect(store.levels.count == 3 && store.channelCount == 3 && store.timePointCount == 2)
    #expect(store.voxelSizeInMicrometres == VoxelSize(2, 0.5, 0.5))
    let extent = Extent(20, 24, 28)
    #expect(store.extent == extent)
    let first = (3 + 2) * extent.count
    let expected = VoxelBuffer(extent, (0..<extent.count).map { UInt16(truncatingIfNeeded: first + $0) })
    #expect(sameVoxels(try store.levels[0].read(Region(extent)), expected))
    #expect(!store.isOurs)
    let verification = try Verification(of: directory.file("image"))
    #expect(verification.metadataFindings == [] && verification.shardCount > 0)
    #expect(fault { _ = try Store.open(directory.file("image"), channel: 3) }?.kind == .usage)
  }
}
