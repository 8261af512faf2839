"""A training step: Sheaf's whole step (loading, augmentation, reduction) against PyTorch's bare step on synthetic tensors."""

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
PEER_ALONE, PEER_TOGETHER = "PyTorch, 1 process × 2 threads", "PyTorch DDP, 2 processes × 1 thread"
ALONE, TOGETHER, APART = (
    "sheaf, 1 rank × 2 threads", "sheaf, 2 ranks × 1 thread", "sheaf, two runs beside each other × 1 thread")


def measure(work, run, table):
    organ, store, corpus = work / "organ", work / "train.zarr", work / "train-corpus"
    run([SHEAF, "phantom", organ, "--extent", "128,256,256", "--structures", "vessels", "--pairs", 2])
    run([SHEAF, "tile", organ / "vessels" / "planes", store, "--structure", "vessels"])
    run([SHEAF, "corpus", store, "-o", corpus, "--patch", 128])
    times, peaks, waits, slower = {}, {}, {}, []

    def peer(name, launcher, threads, environment=None):
        """One sample a process and step: the seconds of a step are those of a sample in every process."""
        arguments = [HERE / "peers" / "train_torch.py", "S", CROP, 1, "bf16", threads, STEPS + 1]
        _, peak, out = run([*launcher, *arguments], environment)
        times.setdefault(name, []).extend(float(line) for line in out.split()[1:])  # the first step allocates
        peaks[name] = max(peak, peaks.get(name, 0))

    def pretrain(output, threads, batch, steps=STEPS + 1):
        shutil.rmtree(output, ignore_errors=True)
        return [SHEAF, "pretrain", corpus, "-o", output, "--tier", "S", "--crop", CROP, "--precision", "bf16", "--device", "cpu",
                "--batch", batch, "--steps", steps, "--threads", threads]

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
    # In turn, so that a host that is busy for a minute does not decide.
    for _ in range(ROUNDS):
        peer(PEER_ALONE, [sys.executable], 2)
        ours(ALONE, pretrain(one, 2, 1), [one], 1)
        peer(PEER_TOGETHER, [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", 2], 1, {"OMP_NUM_THREADS": "1"})
        ours(TOGETHER, [*mpirun, *pretrain(one, 1, 2)], [one], 2)
        # Steps more than are counted: the later of the two would take its last ones alone.
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
        f"## Training step\n\nMasked pretraining, tier S, {CROP}³, bf16, one sample a process; median of {ROUNDS} × {STEPS} steps. "
        "PyTorch: the bare step on synthetic tensors; Sheaf: the whole step with loading and augmentation. Where a processor "
        "multiplies bfloat16 slowly, Sheaf's convolutions of bfloat16 tensors reckon in float32.\n\n"
        + table(rows, ["program", "seconds a step", "fastest", "samples/s", "peak MiB a process", "waits for data",
                       "for communication"])
        + f"\nSheaf over PyTorch: **{step[PEER_ALONE] / step[ALONE]:.2f}×** in one process, "
        f"**{step[PEER_TOGETHER] / step[TOGETHER]:.2f}×** in two. A step of two ranks takes "
        f"{(step[TOGETHER] / step[APART] - 1) * 100:+.1f} % over one that reduces nothing, "
        f"{(step[TOGETHER] / statistics.median(slower) - 1) * 100:+.1f} % over the slower of two such, for which ranks in step "
        "have to wait.\n")
