"""Reading a store, the full volume and random crops: Sheaf against tensorstore."""

import os
import shutil
import statistics
import sys
from pathlib import Path

import numpy as np

import bench_tile

HERE = Path(__file__).resolve().parent
SHEAF = os.environ["SHEAF"]
READER = Path(SHEAF).parent / "read-store-benchmark"
EDGE, CROPS, RUNS, THREADS = 160, int(os.environ.get("READ_CROPS", 24)), 5, 2


def measure(work, run, table):
    planes = bench_tile.make_planes(work, run)
    shape = (bench_tile.PLANES, bench_tile.EDGE, bench_tile.EDGE)
    edge = min(EDGE, *shape)
    random = np.random.default_rng(1)
    origins = work / "origins.txt"
    origins.write_text("".join(
        " ".join(str(random.integers(0, n - edge + 1)) for n in shape) + "\n" for _ in range(CROPS)))
    rows, ratios = [], []
    for codec in ("blosc-zstd", "zstd"):
        store = work / "read.zarr"
        shutil.rmtree(store, ignore_errors=True)
        run([SHEAF, "tile", planes, store, "--codec", codec])
        for what, extra, voxels in (
                ("full volume", [], np.prod(shape)), (f"{CROPS} crops of {edge}³", [edge, origins], CROPS * edge**3)):
            seconds = {}
            # Interleaved, so that a temporarily busy host affects both alike.
            for _ in range(RUNS):
                for name, program in (
                        ("tensorstore", [sys.executable, HERE / "peers" / "read_tensorstore.py"]), ("sheaf", [READER])):
                    _, _, out = run([*program, store / "0", THREADS, *extra])
                    seconds.setdefault(name, []).append(float(out.split()[0]))
            median = {name: statistics.median(times) for name, times in seconds.items()}
            ratios.append(median["tensorstore"] / median["sheaf"])
            for name, value in median.items():
                rows.append([what, codec, name, f"{value:.2f}", f"{voxels * 2 / 1e6 / value:.0f}"])
        shutil.rmtree(store, ignore_errors=True)
    return (
        f"## Reading\n\nLevel 0 of a store that `sheaf tile` wrote from the planes above, {THREADS} threads, from the page "
        f"cache, median of {RUNS} runs.\n\n" + table(rows, ["what", "codec", "program", "seconds", "MB/s"])
        + f"\nSpeed-up over tensorstore: **{min(ratios):.2f}–{max(ratios):.2f}×**.\n")
