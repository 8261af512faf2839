"""A training step: Sheaf's full step (loading, augmentation, reduction) against PyTorch's bare step on synthetic tensors.

TRAIN_TIER (S), TRAIN_CROP (96), TRAIN_PRECISION (bf16), TRAIN_STEPS (4) and TRAIN_ROUNDS (3) choose another comparison."""

import csv
import os
import shutil
import statistics
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHEAF = os.environ["SHEAF"]
CROP, STEPS = int(os.environ.get("TRAIN_CROP", 96)), int(os.environ.get("TRAIN_STEPS", 4))
ROUNDS = int(os.environ.get("TRAIN_ROUNDS", 3))
TIER, PRECISION = os.environ.get("TRAIN_TIER", "S"), os.environ.get("TRAIN_PRECISION", "bf16")
# What the peer's step does: nnssl's recipe.
RECIPE = [part for setting in ("target=image", "optimizer=sgd", "mask-fraction=0.75", "mask-block=16", "visible-weight=0",
                               "input-noise=0", "warm-up-fraction=0") for part in ("--set", setting)]
PEER_ALONE, PEER_TOGETHER = "PyTorch, 1 process × 2 threads", "PyTorch DDP, 2 processes × 1 thread"
ALONE, TOGETHER, APART = (
    "sheaf, 1 rank × 2 threads", "sheaf, 2 ranks × 1 thread", "sheaf, two concurrent runs × 1 thread")


def measure(work, run, table):
    organ, store, corpus = work / "organ", work / "train.zarr", work / "train-corpus"
    run([SHEAF, "phantom", organ, "--extent", "128,256,256", "--structures", "vessels", "--pairs", 2])
    run([SHEAF, "tile", organ / "vessels" / "planes", store, "--structure", "vessels"])
    run([SHEAF, "corpus", store, "-o", corpus, "--patch-size", 128])
    times, peaks, waits, slower = {}, {}, {}, []

    def peer(name, launcher, threads, environment=None):
        """One sample per process and step."""
        arguments = [HERE / "peers" / "train_torch.py", TIER, CROP, 1, PRECISION, threads, STEPS + 1]
        _, peak, out = run([*launcher, *arguments], environment)
        times.setdefault(name, []).extend(float(line) for line in out.split()[1:])  # the first step allocates
        peaks[name] = max(peak, peaks.get(name, 0))

    def pretrain(output, threads, batch, steps=STEPS + 1):
        shutil.rmtree(output, ignore_errors=True)
        return [SHEAF, "pretrain", corpus, "-o", output, "--tier", TIER, "--crop", CROP, "--precision", PRECISION,
                "--device", "cpu", *RECIPE, "--batch", batch, "--steps", steps, "--threads", threads]

    def ours(name, command, outputs, batch):
        _, peak, _ = run(command)
        peaks[name] = max(peak, peaks.get(name, 0))
        first = len(times.get(name, []))
        for output in outputs:
            for row in list(csv.DictReader(open(output / "metrics.csv")))[1:STEPS + 1]:
                times.setdefault(name, []).append(batch / float(row["patches_per_second"]))
                for column in ("data_wait_seconds", "communication_wait_seconds"):
                    waits.setdefault((name, column), []).append(float(row[column]))
            shutil.rmtree(output)
        if len(outputs) == 2:
            slower.extend(map(max, times[name][first:first + STEPS], times[name][first + STEPS:]))

    one, two = work / "train-run", work / "train-run-beside"
    mpirun = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "2"]
    # Interleaved, so that a temporarily busy host affects all programs alike.
    for _ in range(ROUNDS):
        peer(PEER_ALONE, [sys.executable], 2)
        ours(ALONE, pretrain(one, 2, 1), [one], 1)
        peer(PEER_TOGETHER, [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", 2], 1, {"OMP_NUM_THREADS": "1"})
        ours(TOGETHER, [*mpirun, *pretrain(one, 1, 2)], [one], 2)
        # More steps than are counted, because the slower of the two runs takes its last steps alone.
        beside = " & ".join(" ".join(map(str, pretrain(output, 1, 1, STEPS + 3))) for output in (one, two)) + " && wait $!"
        ours(APART, ["bash", "-c", beside], [one, two], 1)

    step = {name: statistics.median(taken) for name, taken in times.items()}
    processes = {PEER_TOGETHER: 2, TOGETHER: 2, APART: 2}

    def waited(name, column):
        found = waits.get((name, column))
        return f"{sum(found) / sum(times[name]) * 100:.1f} %" if found else "–"

    rows = [
        [name, f"{step[name]:.2f}", f"{min(times[name]):.2f}", f"{processes.get(name, 1) / step[name]:.2f}", f"{peaks[name]:.0f}",
         waited(name, "data_wait_seconds"), waited(name, "communication_wait_seconds")] for name in times]
    return (
        f"## Training step\n\nMasked pretraining, tier {TIER}, {CROP}³, {PRECISION}, one sample per process; "
        f"median of {ROUNDS} × {STEPS} steps. "
        "PyTorch: the bare step on synthetic tensors; Sheaf: the full step with loading and augmentation. "
        + ("On processors with slow bfloat16 multiplication, Sheaf computes convolutions of bfloat16 tensors in float32 internally."
           if PRECISION == "bf16" else "") + "\n\n"
        + table(rows, ["program", "seconds per step", "fastest", "samples/s", "peak MiB per process", "waiting for data",
                       "waiting for communication"])
        + f"\nSpeed-up over PyTorch: **{step[PEER_ALONE] / step[ALONE]:.2f}×** in one process, "
        f"**{step[PEER_TOGETHER] / step[TOGETHER]:.2f}×** in two. A step on two ranks takes "
        f"{(step[TOGETHER] / step[APART] - 1) * 100:+.1f} % compared with a step without reduction, and "
        f"{(step[TOGETHER] / statistics.median(slower) - 1) * 100:+.1f} % compared with the slower of two such steps, which "
        "synchronised ranks have to wait for.\n")
