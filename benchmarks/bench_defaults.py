"""Compares codecs, compression levels and chunk sizes: the basis for the defaults of `sheaf tile`."""

import os
import shutil
import statistics

import numpy as np

import bench_tile
from bench_read import READER, THREADS

SHEAF = os.environ["SHEAF"]
PLANES, CROP, CROPS, RUNS = 64, 96, 48, 3
# The first is the default.
CHOICES = [
    ("blosc-zstd", 1, 64), ("blosc-zstd", 3, 64), ("blosc-zstd", 5, 64), ("zstd", 1, 64), ("zstd", 3, 64),
    ("blosc-zstd", 1, 32), ("blosc-zstd", 1, 128)]


def measure(work, run, table):
    planes = sorted(bench_tile.make_planes(work, run).glob("*.tif"))[:PLANES]
    some = work / "some-planes"
    shutil.rmtree(some, ignore_errors=True)
    some.mkdir()
    for plane in planes:
        (some / plane.name).symlink_to(plane.resolve())
    shape = (len(planes), bench_tile.EDGE, bench_tile.EDGE)
    megabytes = np.prod(shape) * 2 / 1e6
    edge = min(CROP, *shape)
    random = np.random.default_rng(2)
    origins = work / "origins.txt"
    origins.write_text("".join(
        " ".join(str(random.integers(0, n - edge + 1)) for n in shape) + "\n" for _ in range(CROPS)))
    rows = []
    store = work / "defaults.zarr"
    for codec, level, chunk in CHOICES:
        tiling, whole, crops = [], [], []
        for _ in range(RUNS):
            shutil.rmtree(store, ignore_errors=True)
            taken, _, _ = run([SHEAF, "tile", some, store, "--codec", codec, "--zstd-level", level, "--chunk", chunk,
                               "--threads", THREADS])
            tiling.append(taken)
            for times, extra in ((whole, []), (crops, [edge, origins])):
                _, _, out = run([READER, store / "0", THREADS, *extra])
                times.append(float(out.split()[0]))
        written = sum(path.stat().st_size for path in (store / "0").rglob("*") if path.is_file()) / 1e6
        voxels = CROPS * edge**3 * 2 / 1e6
        rows.append([
            f"{codec} {level}", f"{chunk}³", f"{megabytes / written:.2f}", f"{megabytes / statistics.median(tiling):.0f}",
            f"{megabytes / statistics.median(whole):.0f}", f"{voxels / statistics.median(crops):.0f}"])
    shutil.rmtree(store, ignore_errors=True)
    shutil.rmtree(some)
    return (
        f"## Codec, level and chunk\n\n`sheaf tile` of {' × '.join(map(str, shape))} uint16 of the planes above with {THREADS} "
        f"threads, default shards; MB/s of uncompressed voxels for the full volume and for {CROPS} crops of {edge}³, median of {RUNS} "
        "runs. The first row is the default.\n\n"
        + table(rows, ["codec and level", "chunk", "compression ratio", "tiling", "reading the volume", "reading crops"]))
