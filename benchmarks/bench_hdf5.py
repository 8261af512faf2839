"""Imaris and BigDataViewer HDF5 -> sharded OME-Zarr with a full pyramid: Sheaf against h5py with tensorstore.

Run it with `ONLY=hdf5 benchmarks/run.sh` or, if its Python packages are installed, with
`SHEAF=PROGRAM python bench_hdf5.py WORK`.
"""

import os
import shutil
import sys
from pathlib import Path

import h5py
import hdf5plugin
import numpy as np
import tifffile

HERE = Path(__file__).resolve().parent
SHEAF = os.environ["SHEAF"]
CHUNK, SHARD, LEVEL = 64, (128, 512, 512), 1
GZIP = {"compression": "gzip", "compression_opts": 2}

# Name, extension, chunk shape (Imaris targets 1 MB per chunk, BigDataViewer users choose small cubes), filters.
INPUTS = [
    ("Imaris, gzip", ".ims", (16, 256, 256), GZIP),
    ("Imaris, shuffle and LZ4", ".ims", (16, 256, 256), dict(shuffle=True, **hdf5plugin.LZ4())),
    ("BigDataViewer, gzip", ".h5", (32, 64, 64), GZIP),
]


def make_input(path, planes, chunk, options):
    """Writes all planes to one file; its extension selects the format."""
    if path.exists():
        return
    first = tifffile.imread(planes[0])
    extent = (len(planes), *first.shape)
    partial = path.with_suffix(".partial")
    with h5py.File(partial, "w") as file:
        if path.suffix == ".ims":
            group = file.create_group("DataSet/ResolutionLevel 0/TimePoint 0/Channel 0")
            for axis, size in zip("ZYX", extent):
                group.attrs[f"ImageSize{axis}"] = np.array(list(str(size)), "S1")
            shape = [-(-size // edge) * edge for size, edge in zip(extent, chunk)]
            volume = group.create_dataset("Data", shape, "u2", chunks=chunk, **options)
        else:
            # BigDataViewer's own writer stores uint16 in int16.
            volume = file.create_dataset("t00000/s00/0/cells", extent, "i2", chunks=chunk, **options)
        for z in range(0, len(planes), chunk[0]):
            slab = np.stack([tifffile.imread(plane) for plane in planes[z : z + chunk[0]]]).astype("u2")
            volume[z : z + len(slab), : extent[1], : extent[2]] = slab.view(volume.dtype)
    partial.rename(path)


def measure(work, run, table):
    import bench_tile

    directory = bench_tile.make_planes(work, run)
    planes = sorted(directory.glob("*.tif"))
    extent = (len(planes), *tifffile.imread(planes[0]).shape)
    megabytes = np.prod(extent) * 2 / 1e6
    rows, ratios = [], []
    shape = ["--chunk", CHUNK, "--shard", ",".join(map(str, SHARD)), "--zstd-level", LEVEL, "--memory", "1GiB"]
    mpirun = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "2"]
    output = work / "tiled.zarr"
    for number, (name, extension, chunk, options) in enumerate(INPUTS):
        path = work / f"{directory.name}-{number}{extension}"
        make_input(path, planes, chunk, options)
        seconds = {}
        for program, command in {
            "h5py and tensorstore": [
                sys.executable, HERE / "peers" / "tile_hdf5.py", path, output, CHUNK, *SHARD, LEVEL],
            "sheaf, 1 rank × 2 threads": [SHEAF, "tile", path, output, *shape, "--threads", 2],
            "sheaf, 2 ranks × 1 thread": [*mpirun, SHEAF, "tile", path, output, *shape, "--threads", 1],
        }.items():
            shutil.rmtree(output, ignore_errors=True)
            seconds[program], peak, _ = run(command)
            rows.append([
                name, program, f"{seconds[program]:.1f}", f"{megabytes / seconds[program]:.0f}", f"{peak:.0f}",
                f"{path.stat().st_size / 1e6:.0f}"])
        ours = min(value for key, value in seconds.items() if key.startswith("sheaf"))
        ratios.append(f"{name} **{seconds['h5py and tensorstore'] / ours:.2f}×**")
    shutil.rmtree(output, ignore_errors=True)
    return (
        f"## Tiling HDF5\n\n{' × '.join(map(str, extent))} uint16 ({megabytes:.0f} MB), chunk {CHUNK}³, shard "
        f"{SHARD[0]}×{SHARD[1]}×{SHARD[2]}, Zstd level {LEVEL}, full pyramid.\n\n"
        + table(rows, ["input", "program", "seconds", "MB/s", "peak MiB per process", "MB read"])
        + f"\nSpeed-up over the peer: {', '.join(ratios)}.\n")


if __name__ == "__main__":
    import bench

    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    print(measure(place, bench.run, bench.table))
