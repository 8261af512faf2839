"""Inference on one volume with the same weights, tiles and overlap: Sheaf against MONAI's sliding window."""

import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import zarr

HERE = Path(__file__).resolve().parent
SHEAF = os.environ["SHEAF"]
TILE, OVERLAP = 64, 0.5
ROUNDS = int(os.environ.get("INFER_ROUNDS", 3))
PEER = "MONAI, 2 threads (sliding window alone)"
LAUNCHERS = {
    "sheaf, 1 rank × 2 threads (whole command)": ([], 2),
    "sheaf, 2 ranks × 1 thread (whole command)": (["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "2"], 1)}


def measure(work, run, table):
    organ, store, corpus, model = work / "organ", work / "train.zarr", work / "train-corpus", work / "model"
    run([SHEAF, "phantom", organ, "--extent", "128,256,256", "--structures", "vessels", "--pairs", 2])
    run([SHEAF, "tile", organ / "vessels" / "planes", store, "--structure", "vessels"])
    run([SHEAF, "corpus", store, "-o", corpus, "--patch-size", 128])
    # A model that an earlier version wrote may have other settings.
    shutil.rmtree(model, ignore_errors=True)
    run([SHEAF, "finetune", organ / "pairs", "-o", model, "--from-scratch", "--tier", "XS", "--crop", 48, "--batch", 2,
         "--steps", 20, "--device", "cpu"])

    constants = json.load(open(corpus / "corpus.json"))["sources"][0]["normalisation"]
    volume = zarr.open_array(str(store / "0"), mode="r")[:].astype(np.float32)
    volume = np.clip(volume, constants["lowerClip"], constants["upperClip"])
    np.save(work / "normalised.npy", ((volume - constants["mean"]) / constants["deviation"]).astype(np.float32))

    seconds, peaks, differences = {}, {}, {}

    def add(name, taken, peak):
        seconds.setdefault(name, []).append(taken)
        peaks[name] = max(peak, peaks.get(name, 0))

    # Interleaved, so that a temporarily busy host affects all programs alike.
    output = work / "inferred.zarr"
    for _ in range(ROUNDS):
        _, peak, out = run(
            [sys.executable, HERE / "peers" / "infer_monai.py", work / "normalised.npy", model / "model.safetensors",
             model / "model.json", TILE, OVERLAP, work / "monai.npy"])
        add(PEER, float(out), peak)
        for name, (launcher, threads) in LAUNCHERS.items():
            shutil.rmtree(output, ignore_errors=True)
            taken, peak, _ = run(
                [*launcher, SHEAF, "infer", store, output, "--model", model, "--tile-size", TILE, "--overlap", OVERLAP,
                 "--no-labels", "--keep-background-tiles", "--threads", threads, "--precision", "fp32", "--device", "cpu"])
            add(name, taken, peak)
            probability = zarr.open_array(str(output / "0"), mode="r")[:].astype(np.float32) / 255
            for blending in ("monai", "monai-separable"):
                difference = float(np.abs(probability - np.load(work / f"{blending}.npy")).max())
                differences[blending] = max(difference, differences.get(blending, 0))
    shutil.rmtree(output, ignore_errors=True)
    fastest = {name: min(taken) for name, taken in seconds.items()}
    rows = [
        [name, f"{taken:.1f}", f"{max(seconds[name]):.1f}", f"{volume.size / taken / 1e6:.2f}", f"{peaks[name]:.0f}"]
        for name, taken in fastest.items()]
    ratios = ", ".join(f"**{fastest[PEER] / fastest[name]:.2f}×** with {name[7:].split(' (')[0]}" for name in LAUNCHERS)
    return (
        f"## Inference\n\n{' × '.join(map(str, volume.shape))} voxels, tier XS, fp32, tiles of {TILE}³, overlap {OVERLAP}, Gaussian "
        f"weights, no tile skipped; fastest of {ROUNDS} interleaved runs. Sheaf's time includes reading, writing and building a "
        "pyramid.\n\n"
        + table(rows, ["program", "seconds", "slowest", "million voxels/s", "peak MiB per process"])
        + f"\nSpeed-up over MONAI: {ratios}. Largest difference in probability: "
        f"{differences['monai-separable']:.4f} when MONAI uses Sheaf's blending weights (stored values are quantised to "
        f"1/255 = 0.0039), {differences['monai']:.4f} with MONAI's own, whose lower bound applies to the product of the three axes.\n")
