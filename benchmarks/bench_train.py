"""A training step: Sheaf's whole step (loading, augmentation, reduction) against PyTorch's bare step on synthetic tensors."""

import csv
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHEAF = os.environ["SHEAF"]
CROP, STEPS = int(os.environ.get("TRAIN_CROP", 96)), int(os.environ.get("TRAIN_STEPS", 6))


def measure(work, run, table):
    organ, store, corpus = work / "organ", work / "train.zarr", work / "train-corpus"
    run([SHEAF, "phantom", organ, "--extent", "128,256,256", "--structures", "vessels", "--pairs", 2])
    run([SHEAF, "tile", organ / "vessels" / "planes", store, "--structure", "vessels"])
    run([SHEAF, "corpus", store, "-o", corpus, "--patch", 128])
    rows, rates = [], {}

    def add(name, rate, peak, waits=("–", "–")):
        rates[name] = rate
        rows.append([name, f"{1 / rate:.2f}", f"{rate:.2f}", f"{peak:.0f}", *waits])

    def step(threads):
        return [HERE / "peers" / "train_torch.py", "S", CROP, 1, "bf16", threads, STEPS + 1]

    def median(out):
        times = sorted(float(line) for line in out.split()[1:])  # the first step allocates
        return times[len(times) // 2]

    _, peak, out = run([sys.executable, *step(2)])
    add("PyTorch, 1 process × 2 threads", 1 / median(out), peak)
    _, peak, out = run(
        [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", 2, *step(1)], {"OMP_NUM_THREADS": "1"})
    add("PyTorch DDP, 2 processes × 1 thread", 2 / median(out), peak)
    arguments = ["--tier", "S", "--crop", CROP, "--precision", "bf16", "--device", "cpu"]
    for name, launcher, threads, batch in (
            ("sheaf, 1 rank × 2 threads", [], 2, 1),
            ("sheaf, 2 ranks × 1 thread", ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "2"], 1, 2)):
        output = work / "train-run"
        shutil.rmtree(output, ignore_errors=True)
        _, peak, _ = run(
            [*launcher, SHEAF, "pretrain", corpus, "-o", output, *arguments, "--batch", batch, "--steps", STEPS + 1,
             "--threads", threads])
        steps = list(csv.DictReader(open(output / "metrics.csv")))[1:]
        measured = sorted(float(row["patches_per_second"]) for row in steps)
        seconds = sum(batch / float(row["patches_per_second"]) for row in steps)
        waits = [
            f"{sum(float(row[column]) for row in steps) / seconds * 100:.1f} %"
            for column in ("data_wait_seconds", "communication_wait_seconds")]
        add(name, measured[len(measured) // 2], peak, waits)
    shutil.rmtree(work / "train-run", ignore_errors=True)
    one, two = (
        rates[ours] / rates[peer] for ours, peer in (
            ("sheaf, 1 rank × 2 threads", "PyTorch, 1 process × 2 threads"),
            ("sheaf, 2 ranks × 1 thread", "PyTorch DDP, 2 processes × 1 thread")))
    return (
        f"## Training step\n\nMasked pretraining, tier S, {CROP}³, bf16, one sample a process; median of {STEPS} steps. PyTorch: "
        "the bare step on synthetic tensors; Sheaf: the whole step with loading and augmentation.\n\n"
        + table(rows, ["program", "seconds a sample", "samples/s", "peak MiB a process", "waits for data", "for communication"])
        + f"\nSheaf over PyTorch: **{one:.2f}×** in one process, **{two:.2f}×** in two.\n")
