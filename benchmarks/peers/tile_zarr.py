"""tile_zarr.py PLANES OUTPUT CHUNK SHARD_Z SHARD_Y SHARD_X ZSTD_LEVEL [zarrs]: what a zarr-python user would write; with
`zarrs`, through the codec pipeline of that package.
"""

import sys
from pathlib import Path

import numpy as np
import tifffile
import zarr

planes, output = sorted(Path(sys.argv[1]).glob("*.tif")), sys.argv[2]
chunk, shard, level = int(sys.argv[3]), list(map(int, sys.argv[4:7])), int(sys.argv[7])
if sys.argv[8:] == ["zarrs"]:
    zarr.config.set({"codec_pipeline.path": "zarrs.ZarrsCodecPipeline"})
first = tifffile.imread(planes[0])
root = zarr.open_group(output, mode="w", zarr_format=3)


def create(name, shape):
    size = tuple(min(edge, -(-length // chunk) * chunk) for edge, length in zip(shard, shape))
    return root.create_array(
        name, shape=shape, dtype="uint16", chunks=(chunk,) * 3, shards=size,
        compressors=zarr.codecs.ZstdCodec(level=level))


def halved(block):
    padded = np.pad(block, [(0, length % 2) for length in block.shape], mode="edge").astype(np.uint32)
    z, y, x = (length // 2 for length in padded.shape)
    return np.rint(padded.reshape(z, 2, y, 2, x, 2).mean(axis=(1, 3, 5))).astype(np.uint16)


finer = create("0", (len(planes), *first.shape))
for z in range(0, len(planes), shard[0]):
    finer[z : z + shard[0]] = np.stack([tifffile.imread(path) for path in planes[z : z + shard[0]]])

number = 1
while max(finer.shape) > chunk:
    coarser = create(str(number), tuple(-(-length // 2) for length in finer.shape))
    for z in range(0, coarser.shape[0], shard[0]):
        end = min(z + shard[0], coarser.shape[0])
        coarser[z:end] = halved(finer[2 * z : 2 * end])
    finer, number = coarser, number + 1
