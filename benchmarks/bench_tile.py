"""TIFF planes -> sharded OME-Zarr with a full pyramid: Sheaf against tensorstore and zarr-python."""

import os
import shutil
from pathlib import Path

import numpy as np
import tifffile

HERE = Path(__file__).resolve().parent
SHEAF = os.environ["SHEAF"]
PLANES, EDGE = int(os.environ.get("TILE_PLANES", 128)), int(os.environ.get("TILE_EDGE", 1024))
CHUNK, SHARD, LEVEL = 64, (128, 512, 512), 1


def make_planes(work, run):
    """Planes that compress like real ones: real planes mirrored to size and noised anew, else a phantom's."""
    directory = work / f"planes-{PLANES}x{EDGE}"
    if len(list(directory.glob("*.tif"))) == PLANES:
        return directory
    shutil.rmtree(directory, ignore_errors=True)
    data = Path(os.environ.get("SHEAF_DATA", HERE.parent.parent / "shared" / "data")) / "brain-planes"
    sources = sorted(data.glob("*.tif"))
    partial = directory.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    if not sources:
        run([SHEAF, "phantom", partial, "--extent", f"{PLANES},{EDGE},{EDGE}", "--structures", "vessels"])
        shutil.move(partial / "vessels" / "planes", directory)
        return directory
    partial.mkdir(parents=True)
    random = np.random.default_rng(1)
    for z in range(PLANES):
        plane = tifffile.imread(sources[z % len(sources) if z // len(sources) % 2 == 0 else -1 - z % len(sources)])
        grown = np.pad(plane, [(0, max(0, EDGE - size)) for size in plane.shape], mode="symmetric")[:EDGE, :EDGE]
        # Mirrored planes would repeat their noise exactly: new noise of the strength of the old keeps the entropy real.
        noisy = grown.astype(np.float32) + random.normal(0, np.sqrt(np.maximum(grown, 1)) * 0.3)
        tifffile.imwrite(
            partial / f"plane_{z:05d}.tif", np.clip(np.rint(noisy), 0, 65535).astype(">u2"), byteorder=">")
    partial.rename(directory)
    return directory


def measure(work, run, table):
    planes = make_planes(work, run)
    megabytes = PLANES * EDGE * EDGE * 2 / 1e6
    rows, seconds = [], {}

    def add(name, command, environment=None):
        output = work / "tiled.zarr"
        shutil.rmtree(output, ignore_errors=True)
        taken, peak, _ = run([part if part != "OUTPUT" else output for part in command], environment)
        size = sum(path.stat().st_size for path in output.rglob("*") if path.is_file()) / 1e6
        seconds[name] = taken
        rows.append([name, f"{taken:.1f}", f"{megabytes / taken:.0f}", f"{peak:.0f}", f"{size:.0f}"])

    shape = ["--chunk", CHUNK, "--shard", ",".join(map(str, SHARD)), "--zstd-level", LEVEL, "--memory", "1GiB"]
    mpirun = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "2"]
    import sys

    for tool in ("tensorstore", "zarr"):
        add(
            {"tensorstore": "tensorstore", "zarr": "zarr-python"}[tool],
            [sys.executable, HERE / "peers" / f"tile_{tool}.py", planes, "OUTPUT", CHUNK, *SHARD, LEVEL])
    add("sheaf, 1 rank × 2 threads", [SHEAF, "tile", planes, "OUTPUT", *shape, "--threads", 2])
    add("sheaf, 2 ranks × 1 thread", [*mpirun, SHEAF, "tile", planes, "OUTPUT", *shape, "--threads", 1])
    fastest = min(seconds["tensorstore"], seconds["zarr-python"])
    ours = min(value for name, value in seconds.items() if name.startswith("sheaf"))
    shutil.rmtree(work / "tiled.zarr", ignore_errors=True)
    return (
        f"## Tiling\n\n{PLANES} planes of {EDGE} × {EDGE} uint16 ({megabytes:.0f} MB), chunk {CHUNK}³, "
        f"shard {SHARD[0]}×{SHARD[1]}×{SHARD[2]}, Zstd level {LEVEL}, full pyramid. Sheaf also writes statistics and a "
        f"checksum a chunk.\n\n"
        + table(rows, ["program", "seconds", "MB/s", "peak MiB a process", "MB written"])
        + f"\nSheaf over the fastest peer: **{fastest / ours:.2f}×**.\n")
