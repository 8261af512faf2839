"""tile_hdf5.py FILE OUTPUT CHUNK SHARD_Z SHARD_Y SHARD_X ZSTD_LEVEL: h5py reading, tensorstore writing."""

import sys
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401 (registers LZ4)
import numpy as np
from tile_tensorstore import convert, settings

with h5py.File(sys.argv[1]) as file:
    if "DataSet" in file:
        group = file["DataSet/ResolutionLevel 0/TimePoint 0/Channel 0"]
        volume = group["Data"]
        shape = [int(group.attrs[f"ImageSize{axis}"].tobytes()) for axis in "ZYX"]
    else:
        volume = file["t00000/s00/0/cells"]
        shape = list(volume.shape)
    convert(
        lambda start, end: volume[start:end, : shape[1], : shape[2]].view(np.uint16),
        shape, Path(sys.argv[2]), *settings(sys.argv[3:]))
