import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Voxels
import Zarr

/// Files of Sheaf read by others, and the other way round.
@Suite struct InteroperabilityTests {
  @Test(.needsPeers) func peersReadTheStore() throws {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    let extent = Extent(37, 50, 41)
    let voxels = makeVoxels(.uint16, extent, seed: 7)
    let compressions: [(String, ChunkCompression)] = [
      ("zstd", .zstd(level: 3)), ("blosc", .bloscZstd(level: 5)), ("lz4", .bloscLZ4(level: 1)),
    ]
    for (name, compression) in compressions {
      let store = try Store.create(
        directory.file(name),
        StoreLayout(
          name: "volume", extent: extent, voxelType: .uint16, voxelSizeInMicrometres: VoxelSize(4, 1.8, 1.8),
          chunk: Extent(8), shard: Extent(16), compression: compression))
      var empty = [try write(voxels, to: store.levels[0])]
      for level in store.levels.dropFirst() {
        empty.append(try write(makeVoxels(.uint16, level.extent, seed: 8), to: level))
      }
      let label = try store.createLabel(
        StoreLayout(
          name: "cells", extent: extent, voxelType: .uint32, voxelSizeInMicrometres: VoxelSize(4, 1.8, 1.8),
          chunk: Extent(8), shard: Extent(16), content: .labels))
      let labelsEmpty = try label.levels.map { try write(makeVoxels(.uint32, $0.extent, seed: 9), to: $0) }
      try label.finish(emptyShards: labelsEmpty)
      try store.finish(emptyShards: empty)
      let raw = directory.file("\(name).raw")
      try Data(UnsafeRawBufferPointer(rebasing: voxels.bytes[0..<voxels.byteCount])).write(
        to: URL(fileURLWithPath: raw))
      let output = try peers.run(
        """
        import sys, json, warnings
        warnings.simplefilter("error")
        import numpy as np, zarr, tensorstore as ts
        path, raw = sys.argv[1:3]
        expected = np.fromfile(raw, "<u2").reshape(37, 50, 41)
        group = zarr.open_group(path, mode="r")
        # Also without a warning about Sheaf's own files.
        assert {"0", "labels/cells/0"} <= {name for name, _ in group.members(max_depth=None)}
        names = sorted(name for name, _ in group.members())
        assert "0" in names and "labels" in names, names
        assert (group["0"][:] == expected).all(), "zarr-python"
        store = ts.open({"driver": "zarr3", "kvstore": {"driver": "file", "path": path + "/0"}}).result()
        assert (store.read().result() == expected).all(), "tensorstore"
        warnings.simplefilter("default")
        from ome_zarr_models import open_ome_zarr
        model = open_ome_zarr(group)
        assert type(model).__name__ == "Image", type(model)
        label = open_ome_zarr(zarr.open_group(path + "/labels/cells", mode="r"))
        assert "Label" in type(label).__name__ or type(label).__name__ == "Image", type(label)
        from ome_zarr.io import parse_url
        from ome_zarr.reader import Reader
        nodes = list(Reader(parse_url(path))())
        assert (np.asarray(nodes[0].data[0]) == expected).all(), "ome-zarr-py"
        assert len(nodes) >= 2, "ome-zarr-py does not see the labels"
        print("read by all", names)
        """, arguments: [store.path, raw])
      #expect(output.hasPrefix("read by all"))
    }
  }
}
