"""tile_tensorstore.py PLANES OUTPUT CHUNK SHARD_Z SHARD_Y SHARD_X ZSTD_LEVEL: what a tensorstore user would write."""

import sys
from pathlib import Path

import numpy as np
import tensorstore as ts
import tifffile

planes, output = sorted(Path(sys.argv[1]).glob("*.tif")), Path(sys.argv[2])
chunk, shard, level = int(sys.argv[3]), list(map(int, sys.argv[4:7])), int(sys.argv[7])
first = tifffile.imread(planes[0])
shape = [len(planes), *first.shape]


def create(path, shape):
    size = [min(edge, -(-length // chunk) * chunk) for edge, length in zip(shard, shape)]
    return ts.open(
        {
            "driver": "zarr3",
            "kvstore": {"driver": "file", "path": str(path)},
            "metadata": {
                "shape": shape,
                "data_type": "uint16",
                "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": size}},
                "codecs": [
                    {
                        "name": "sharding_indexed",
                        "configuration": {
                            "chunk_shape": [chunk] * 3,
                            "codecs": [
                                {"name": "bytes", "configuration": {"endian": "little"}},
                                {"name": "zstd", "configuration": {"level": level}},
                            ],
                        },
                    }
                ],
            },
        },
        create=True,
    ).result()


def halved(volume):
    return ts.downsample(volume, [2, 2, 2], "mean")


base = create(output / "0", shape)
for z in range(0, shape[0], shard[0]):
    slab = np.stack([tifffile.imread(path) for path in planes[z : z + shard[0]]])
    base[z : z + len(slab)].write(slab).result()

finer, number = base, 1
while max(finer.shape) > chunk:
    source = halved(finer)
    coarser = create(output / str(number), list(source.shape))
    for z in range(0, source.shape[0], shard[0]):
        end = min(z + shard[0], source.shape[0])
        coarser[z:end].write(source[z:end].read().result()).result()
    finer, number = coarser, number + 1
