"""Writes the arrays beside this file: `python make.py`, with zarr-python 3.1.6 and tensorstore 0.1.86.

Voxel (z, y, x) of every array is (z * 35 + y * 7 + x) % 11 * 1000, or 0 where z < 2 and x < 4, of extent 5 × 4 × 7.
"""

import pathlib
import shutil

import numpy as np
import tensorstore
import zarr
from numcodecs import Blosc
from zarr.codecs import BloscCodec, Crc32cCodec, ZstdCodec

here = pathlib.Path(__file__).parent
z, y, x = np.indices((5, 4, 7))
voxels = ((z * 35 + y * 7 + x) % 11 * 1000).astype("uint16")
voxels[:2, :, :4] = 0
names = ["zarr-python-sharded", "zarr-python-blosc", "tensorstore-sharded", "zarr-python-v2"]
for name in names:
    shutil.rmtree(here / name, ignore_errors=True)

array = zarr.create_array(
    str(here / "zarr-python-sharded"), shape=voxels.shape, dtype="uint16", chunks=(2, 2, 2), shards=(4, 4, 4),
    compressors=[ZstdCodec(level=3), Crc32cCodec()], dimension_names=["z", "y", "x"])
array[...] = voxels

array = zarr.create_array(
    str(here / "zarr-python-blosc"), shape=voxels.shape, dtype="uint16", chunks=(3, 3, 3),
    compressors=BloscCodec(cname="lz4", clevel=5, shuffle="shuffle", typesize=2))
array[...] = voxels

crc = {"name": "crc32c"}
array = tensorstore.open({
    "driver": "zarr3", "create": True, "kvstore": {"driver": "file", "path": str(here / "tensorstore-sharded")},
    "metadata": {
        "shape": voxels.shape, "data_type": "uint16",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4, 4, 8]}},
        "codecs": [{"name": "sharding_indexed", "configuration": {
            "chunk_shape": [2, 4, 4], "index_location": "start",
            "codecs": [{"name": "transpose", "configuration": {"order": [2, 0, 1]}},
                       {"name": "bytes", "configuration": {"endian": "big"}},
                       {"name": "gzip", "configuration": {"level": 6}}, crc],
            "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, crc]}}],
    }}).result()
array.write(voxels).result()

array = zarr.create_array(
    str(here / "zarr-python-v2"), shape=voxels.shape, dtype=">u2", chunks=(3, 3, 3), zarr_format=2, order="F",
    compressors=Blosc(cname="zstd", clevel=5, shuffle=Blosc.SHUFFLE),
    chunk_key_encoding={"name": "v2", "separator": "/"})
array[...] = voxels
