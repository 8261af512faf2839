"""Precision and recall of signal patches: `sheaf corpus` beside thresholds per patch, on phantoms and annotated volumes.

A patch with at least 20 labelled voxels holds signal, one with none does not; the few between are left out. The other
rules call a patch signal when at least 5 % of its voxels lie over a threshold: Otsu's of the patch, the triangle's of the
patch, or the larger of Otsu's of the slab of patches around it and of the patch.
"""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import tifffile
from skimage.filters import threshold_otsu, threshold_triangle

HERE = Path(__file__).resolve().parent
SHEAF = os.environ.get("SHEAF", str(HERE.parent / ".build/release/sheaf"))
DATA = Path(os.environ.get("SHEAF_DATA", HERE.parent.parent / "shared/data"))
WORK = Path(sys.argv[1] if len(sys.argv) > 1 else HERE / "output/filter")
RULES = ("sheaf", "Otsu of the patch", "triangle of the patch", "max(Otsu of slab, of patch)")


def sheaf(*arguments):
    subprocess.run([SHEAF, *map(str, arguments), "--quiet"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def otsu(voxels):
    return threshold_otsu(voxels) if voxels.min() < voxels.max() else voxels.max()


def judge(source, image, labels, edge, planes=None):
    """{rule: (true positives, false positives, false negatives)} over the patches whose truth is known."""
    name = WORK / "store.zarr"
    for path in (name, WORK / "corpus"):
        shutil.rmtree(path, ignore_errors=True)
    sheaf("tile", source, name, "--structure", "s")
    sheaf("corpus", name, "-o", WORK / "corpus", "--patch-size", edge)
    counts = {rule: [0, 0, 0] for rule in RULES}
    slabs = {}
    for row in csv.DictReader(open(WORK / "corpus/patches.csv")):
        z, y, x, d, h, w = (int(row[key]) for key in ("z", "y", "x", "depth", "height", "width"))
        box = np.s_[z:z + d, y:y + h, x:x + w]
        labelled = int(labels[box].sum())
        if planes is not None and not any(z <= plane < z + d for plane in planes):
            continue
        if 0 < labelled < 20 or (planes is not None and labelled == 0):
            continue
        patch = image[box]
        if z not in slabs:
            slabs[z] = otsu(image[z:z + d])
        own = otsu(patch)
        triangle = threshold_triangle(patch) if patch.min() < patch.max() else patch.max()
        votes = [row["class"] == "signal"]
        votes += [np.mean(patch > limit) >= 0.05 for limit in (own, triangle, max(slabs[z], own))]
        for rule, vote in zip(RULES, votes):
            counts[rule][0] += vote and labelled > 0
            counts[rule][1] += vote and labelled == 0
            counts[rule][2] += (not vote) and labelled > 0
    return counts


def row(name, counts):
    cells = []
    for rule in RULES:
        right, wrong, missed = counts[rule]
        precision = right / (right + wrong) if right + wrong else 1
        recall = right / (right + missed) if right + missed else 1
        f = 2 * precision * recall / (precision + recall) if precision + recall else 0
        cells.append(f"{precision:.2f} / {recall:.2f} / {f:.2f}")
    positives = counts[RULES[0]][0] + counts[RULES[0]][2]
    print(f"| {name} ({positives}) | " + " | ".join(cells) + " |", flush=True)


WORK.mkdir(parents=True, exist_ok=True)
print("| volume (patches with signal) | " + " | ".join(f"{rule}: precision / recall / F1" for rule in RULES) + " |")
print("|---" * (len(RULES) + 1) + "|")
for structure in ("nuclei", "plaques", "vessels", "axons"):
    for gain in (4, 8, 16):
        organ = WORK / "organ"
        shutil.rmtree(organ, ignore_errors=True)
        sheaf("phantom", organ, "--extent", "160,256,256", "--seed", 3, "--structures", structure, "--photon-gain", gain,
              "--air-glow", 30)
        planes, labels = (np.stack([tifffile.imread(path) for path in sorted((organ / structure / kind).glob("*.tif"))])
                          for kind in ("planes", "labels"))
        row(f"phantom, {structure}, {gain} counts a photoelectron", judge(organ / structure / "planes", planes, labels > 0, 48))
for name in ("1147", "753"):
    image, labels = tifffile.imread(DATA / f"cfos/{name}.tif"), tifffile.imread(DATA / f"cfos/{name}-labels.tif")
    for edge in (24, 48):
        row(f"c-Fos {name}, patches of {edge}³", judge(DATA / f"cfos/{name}.tif", image, labels > 0, edge))
image, labels = tifffile.imread(DATA / "axons/volume.tif"), tifffile.imread(DATA / "axons/labels.tif")
row("axons, annotated planes, 24³", judge(DATA / "axons/volume.tif", image, labels == 2, 24, planes=(17, 48, 77)))
