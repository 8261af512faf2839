"""Inference with the same weights, tiles and overlap: Sheaf, reading and writing included, against the sliding window of MONAI
alone; air that is skipped, memory, and how often a tile is evaluated.

Wall time is what a user waits for, processor time what the programs took where others shared the machine. Environment:

  INFER_ROUNDS   interleaved runs, of which the fastest counts (default 3)
  INFER_TIERS    default XS,S
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import zarr

HERE = Path(__file__).resolve().parent
SHEAF = os.environ["SHEAF"]
OVERLAP = 0.5
ROUNDS = int(os.environ.get("INFER_ROUNDS", 3))
TIERS = os.environ.get("INFER_TIERS", "XS,S").split(",")
# Tier: tile, and the extent of the dense volume.
DENSE = {"XS": (64, (64, 256, 256)), "S": (64, (64, 192, 192))}
LAUNCHERS = {
    "1 rank × 2 threads": ([], 2),
    "2 ranks × 1 thread": (["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "2"], 1)}
# Threads that wait for each other take processor time where other work keeps them from it, so that one alone is measured too.
MONAI = {threads: f"MONAI, {threads} thread{'s' if threads > 1 else ''} (sliding window alone)" for threads in (2, 1)}


def timed(command, accepted=(0,)):
    """Runs a command: (wall seconds, processor seconds of it and its children, MiB of its largest process, output)."""
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    peak = 0
    lines = []
    for line in process.stdout:
        lines.append(line)
        peak = max(peak, largest(process.pid))
    process.wait()
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode not in accepted:
        sys.exit(f"{' '.join(map(str, command))} failed with exit code {process.returncode}:\n{''.join(lines)[-3000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, peak, "".join(lines)


def largest(root):
    """MiB of the largest process among `root` and its descendants."""
    most, pending = 0, [root]
    while pending:
        pid = pending.pop()
        try:
            most = max(most, *(int(line.split()[1]) for line in open(f"/proc/{pid}/status") if line.startswith("VmHWM")), 0)
            for thread in os.listdir(f"/proc/{pid}/task"):
                pending += map(int, open(f"/proc/{pid}/task/{thread}/children").read().split())
        except (FileNotFoundError, ProcessLookupError):
            pass
    return most / 1024


def text_extent(extent):
    return " × ".join(map(str, extent))


def write_store(work, run, name, volume):
    """A finished store of `volume`, uint16."""
    planes, store = work / f"{name}.npy", work / f"{name}.zarr"
    if not store.exists():
        np.save(planes, volume)
        run([SHEAF, "tile", planes, store, "--voxel-size", "2,2,2", "--quiet", "--overwrite"])
    return store


def phantom(work, run, extent):
    """The vessels of a synthetic organ."""
    organ = work / f"infer-organ-{'-'.join(map(str, extent))}"
    if not organ.exists():
        run([SHEAF, "phantom", organ, "--extent", ",".join(map(str, extent)), "--structures", "vessels"])
    store = work / f"{organ.name}.zarr"
    if not store.exists():
        run([SHEAF, "tile", organ / "vessels" / "planes", store, "--voxel-size", "2,2,2", "--quiet"])
    return store


def network(work, run, tier):
    """A run of a few steps: what it finds does not matter for how long it takes."""
    pairs, model = work / "infer-pairs", work / f"infer-model-{tier}"
    if not pairs.exists():
        run([SHEAF, "phantom", work / "infer-pairs-organ", "--extent", "80,160,160", "--structures", "vessels", "--pairs", 2])
        shutil.copytree(work / "infer-pairs-organ" / "pairs", pairs)
    if not model.exists():
        tile = DENSE[tier][0]
        run([SHEAF, "finetune", pairs, "-o", model, "--from-scratch", "--tier", tier, "--crop", tile, "--batch", 1, "--steps", 4,
             "--device", "cpu", "--set", "picture-interval=0"])
    return model


def infer(store, output, model, threads, *options, launcher=(), accepted=(0,)):
    if 75 not in accepted:
        shutil.rmtree(output, ignore_errors=True)
    return timed(
        [*launcher, SHEAF, "infer", store, output, "--model", model, "--overlap", OVERLAP, "--threads", threads, "--precision", "fp32",
         "--device", "cpu", *options], accepted)


def normalised(work, run, store, name):
    """The volume as the network sees it, which MONAI is given."""
    corpus = work / f"{name}-corpus"
    if not corpus.exists():
        run([SHEAF, "corpus", store, "-o", corpus, "--patch-size", 64])
    constants = json.load(open(corpus / "corpus.json"))["sources"][0]["normalisation"]
    volume = zarr.open_array(str(store / "0"), mode="r")[:].astype(np.float32)
    volume = np.clip(volume, constants["lowerClip"], constants["upperClip"])
    path = work / f"{name}-normalised.npy"
    np.save(path, ((volume - constants["mean"]) / constants["deviation"]).astype(np.float32))
    return path


def dense(work, run, table):
    """Every tile evaluated; returns the report and MONAI's tiles a second by tier, wall and processor time."""
    parts, rates = [], {}
    for tier in TIERS:
        tile, extent = DENSE[tier]
        store, model = phantom(work, run, extent), network(work, run, tier)
        volume = normalised(work, run, store, store.stem)
        measured, differences = {}, {}
        for number in range(ROUNDS):
            for threads, name in MONAI.items():
                _, _, peak, out = timed(
                    [sys.executable, HERE / "peers" / "infer_monai.py", volume, model / "model.safetensors", model / "model.json",
                     tile, OVERLAP, work / "monai.npy" if number == 0 and threads == 2 else "-", threads])
                seconds, cpu = map(float, out.split()[-2:])
                measured.setdefault(name, []).append((seconds, cpu, peak))
            for name, (launcher, threads) in LAUNCHERS.items():
                output = work / "inferred.zarr"
                seconds, cpu, peak, _ = infer(
                    store, output, model, threads, "--tile-size", tile, "--keep-background-tiles", launcher=launcher)
                measured.setdefault(f"sheaf, {name} (whole command, labels too)", []).append((seconds, cpu, peak))
                probability = zarr.open_array(str(output / "0"), mode="r")[:].astype(np.float32) / 255
                for blending in ("monai", "monai-same-tiles") if number == 0 else ():
                    difference = float(np.abs(probability - np.load(work / f"{blending}.npy")).max())
                    differences[blending] = max(difference, differences.get(blending, 0))
        voxels = int(np.prod(extent))
        best = {name: (min(s for s, _, _ in runs), min(c for _, c, _ in runs), max(p for _, _, p in runs))
                for name, runs in measured.items()}
        monai = [min(best[name][number] for name in MONAI.values()) for number in range(2)]
        tiles = int(np.prod([-(-(edge - tile) // (tile // 2)) + 1 for edge in extent]))
        rates[tier] = (tiles / monai[0], tiles / monai[1])
        rows = [[name, f"{s:.1f}", f"{c:.1f}", f"{voxels / s / 1e6:.3f}", f"{monai[0] / s:.2f}", f"{monai[1] / c:.2f}", f"{p:.0f}"]
                for name, (s, c, p) in best.items()]
        parts.append(
            f"**Dense, tier {tier}**: {text_extent(extent)} voxels, tiles of {tile}³, fp32, no tile skipped.\n\n"
            + table(rows, ["program", "seconds", "processor seconds", "million voxels/s", "× MONAI’s better", "the same by processor time",
                           "peak MiB per process"])
            + f"\nLargest difference in probability: {differences['monai-same-tiles']:.4f} from the network in PyTorch on the "
            "same tiles with the same blending weights (stored values are quantised to 1/255 = 0.0039), "
            f"{differences['monai']:.4f} from MONAI, whose tiles do not reach beyond the volume, and whose weights are "
            "bounded in another way.\n")
    return "\n".join(parts), rates


def with_background(work, run, table, rates):
    """An organ in a canvas of its air, so that 60 % of the voxels are background."""
    extent = (256, 384, 384)
    store = phantom(work, run, extent)
    name = "infer-organ-60"
    if not (work / f"{name}.zarr").exists():
        volume = zarr.open_array(str(store / "0"), mode="r")[:]
        air = volume[:32, :32, :32].ravel()
        # Means of cells tell faint tissue from air.
        cells = volume.reshape(extent[0] // 8, 8, extent[1] // 8, 8, extent[2] // 8, 8).mean(axis=(1, 3, 5))
        inside = float((cells > air.mean() + 6 * air.std() / 8**1.5).mean())
        columns = int(np.ceil(extent[2] * inside / 0.4 / 64) * 64)
        canvas = np.random.default_rng(1).choice(air, (extent[0], extent[1], max(columns, extent[2]))).astype(volume.dtype)
        canvas[:, :, :extent[2]] = volume
        write_store(work, run, name, canvas)
    store = work / f"{name}.zarr"
    shape = zarr.open_array(str(store / "0"), mode="r").shape
    tier = TIERS[0]
    seconds, cpu, peak, out = infer(
        store, work / "inferred.zarr", network(work, run, tier), 2, "--tile-size", DENSE[tier][0])
    evaluated, skipped = map(int, re.search(r"(\d+) tiles evaluated, (\d+) skipped", out).groups())
    voxels, tiles = int(np.prod(shape)), evaluated + skipped
    return (
        f"**An organ in its air, tier {tier}**: {text_extent(shape)} voxels, about 60 % background: {skipped} of "
        f"{evaluated + skipped} tiles skipped ({100 * skipped / (evaluated + skipped):.0f} %), {seconds:.1f} s, "
        f"{cpu:.1f} processor seconds, {voxels / seconds / 1e6:.2f} million voxels/s end to end. "
        "At its rate for the dense volume MONAI, which evaluates every tile, would take "
        f"{tiles / rates[tier][0]:.0f} s: **{tiles / seconds / rates[tier][0]:.1f}×**, by processor time "
        f"**{tiles / cpu / rates[tier][1]:.1f}×**.\n")


def memory(work, run):
    """The peak of tier S under a limit, for a volume and one eight times as large, stopped once it has long been reached."""
    rows = []
    for extent in ((64, 256, 256), (128, 512, 512)):
        noise = np.random.default_rng(2).normal(300, 20, extent).astype(np.uint16)
        store = write_store(work, run, f"infer-noise-{'-'.join(map(str, extent))}", noise)
        shutil.rmtree(work / "inferred.zarr", ignore_errors=True)
        _, _, peak, out = infer(
            store, work / "inferred.zarr", network(work, run, "S"), 2, "--tile-size", 64, "--memory", "1GiB", "--keep-background-tiles",
            "--max-hours", 0.012, accepted=(0, 75))
        planned = re.search(r"memory ([\d.]+ \S+) per rank", out).group(1)
        rows.append(f"{text_extent(extent)}: {peak:.0f} MiB at most ({planned} planned)")
    return "**Memory**, tier S, tiles of 64³, `--memory 1GiB`, 43 s of each: " + "; ".join(rows) + ".\n"


def evaluations(work, run):
    """From the plan for a volume of 512³ voxels."""
    zeros = work / "infer-zeros.zarr"
    if not zeros.exists():
        np.save(work / "infer-zeros.npy", np.random.default_rng(3).integers(90, 110, (512, 512, 512), dtype=np.uint8))
        run([SHEAF, "tile", work / "infer-zeros.npy", zeros, "--quiet"])
        (work / "infer-zeros.npy").unlink()
    lines = []
    for tier, options, launcher in (
            ("XS", (), ()), ("S", ("--memory", "1GiB"), ()), ("S", ("--memory", "1GiB"), LAUNCHERS["2 ranks × 1 thread"][0])):
        _, _, _, out = infer(
            zeros, work / "unwritten.zarr", network(work, run, tier), 2 if not launcher else 1, "--tile-size", DENSE[tier][0], "--dry-run",
            *options, launcher=launcher)
        ratio = re.search(r"([\d.]+) evaluations per tile", out).group(1)
        how = ", ".join([f"tier {tier}", *([" ".join(options)] if options else []), "2 ranks" if launcher else "1 rank"])
        lines.append(f"{ratio} ({how})")
    return "**Evaluations of a tile** in the plan for 512³ voxels: " + ", ".join(lines) + ".\n"


def measure(work, run, table):
    text, rates = dense(work, run, table)
    return (
        "## Inference\n\nOverlap 0.5, Gaussian weights. Sheaf's time includes the start of the program, reading, blending, "
        f"thresholding, writing probabilities, labels and their pyramids; MONAI's is that of the sliding window. "
        f"Fastest of {ROUNDS} interleaved runs.\n\n"
        + "\n".join([text, with_background(work, run, table, rates), memory(work, run), evaluations(work, run)]))
