"""tile_tensorstore.py PLANES OUTPUT CHUNK SHARD_Z SHARD_Y SHARD_X ZSTD_LEVEL: what a tensorstore user would write."""

import sys
from pathlib import Path

import numpy as np
import tensorstore as ts
import tifffile


def create(path, shape, chunk, shard, level):
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


def convert(slab, shape, output, chunk, shard, level):
    """Writes the volume whose planes `slab(start, end)` gives, and its pyramid."""
    base = create(output / "0", shape, chunk, shard, level)
    for z in range(0, shape[0], shard[0]):
        end = min(z + shard[0], shape[0])
        base[z:end].write(slab(z, end)).result()
    finer, number = base, 1
    while max(finer.shape) > chunk:
        source = halved(finer)
        coarser = create(output / str(number), list(source.shape), chunk, shard, level)
        for z in range(0, source.shape[0], shard[0]):
            end = min(z + shard[0], source.shape[0])
            coarser[z:end].write(source[z:end].read().result()).result()
        finer, number = coarser, number + 1


def settings(arguments):
    """CHUNK SHARD_Z SHARD_Y SHARD_X ZSTD_LEVEL"""
    return int(arguments[0]), list(map(int, arguments[1:4])), int(arguments[4])


if __name__ == "__main__":
    planes = sorted(Path(sys.argv[1]).glob("*.tif"))
    shape = [len(planes), *tifffile.imread(planes[0]).shape]
    convert(
        lambda start, end: np.stack([tifffile.imread(path) for path in planes[start:end]]),
        shape, Path(sys.argv[2]), *settings(sys.argv[3:]))
