"""Does pretraining help? Fine-tuning with few labels, from pretrained weights and from scratch.

Two tasks: a phantom (vessels and nuclei; validation and test use other organs than training), and real axons with three
annotated planes: one for training, in quarters or as a whole, one for validation and one for testing. Both arms see the
same samples in the same order; the seed changes the samples, the initial weights and the choice of crops. Settings were
chosen on the validation volumes; the test volumes took no part in that choice.
"""

import json
import os
import shutil
import statistics
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import tifffile

HERE = Path(__file__).resolve().parent
SHEAF = os.environ["SHEAF"]
SEEDS = [int(seed) for seed in os.environ.get("TRANSFER_SEEDS", "1,2,3").split(",")]
STEPS, PRETRAINING_STEPS = int(os.environ.get("TRANSFER_STEPS", 100)), int(os.environ.get("TRANSFER_PRETRAINING_STEPS", 300))
# Suits so few steps: of 0.01 and 0.03 also the better learning rate for the from-scratch baseline.
SETTINGS = os.environ.get("TRANSFER_SETTINGS", "learning-rate=0.03").split()
PRETRAINING_SETTINGS = os.environ.get("TRANSFER_PRETRAINING_SETTINGS", "").split()
NETWORK = ["--tier", "XS", "--crop", 48, "--precision", os.environ.get("TRANSFER_PRECISION", "bf16"), "--device", "cpu"]
# Per task; the tasks run concurrently.
THREADS = int(os.environ.get("TRANSFER_THREADS", max(1, len(os.sched_getaffinity(0)) // 2)))
AXON_MAP = "2=1,1=0,3=0,*=ignore"


class Task:
    """A source of annotated pairs: the pairs to train on for each number of crops, and the volumes to score."""

    def __init__(self, name, counts, corpus, scored, options=()):
        self.name, self.counts, self.corpus, self.scored, self.options = name, counts, corpus, scored, list(options)


def phantom(work, run):
    structures = ["vessels", "nuclei"]
    organ = work / "organ"
    if not (organ / "phantom.json").exists():
        run([SHEAF, "phantom", organ, "--extent", "96,192,192", "--seed", 7, "--structures", ",".join(structures),
             "--pairs", 8, "--pair-extent", 64])
    stores, scored = [], {}
    for structure in structures:
        stores.append(tile(work / f"{structure}.zarr", organ / structure / "planes", run))
    for role, seed in (("validation", 101), ("test", 202)):
        other = work / role
        if not (other / "phantom.json").exists():
            run([SHEAF, "phantom", other, "--extent", "64,128,128", "--seed", seed, "--structures", ",".join(structures)])
        scored[role] = [
            (tile(work / f"{role}-{structure}.zarr", other / structure / "planes", run), other / structure / "labels")
            for structure in structures]

    def pairs(count, seed):
        lines = []
        for structure in structures:
            images = sorted((organ / "pairs" / "images").glob(f"{structure}*"))
            for number in range(count):
                image = images[(number + seed) % len(images)]
                label = next((organ / "pairs" / "labels").glob(image.name.split(".")[0] + "*"))
                lines.append(f"- {{image: {image}, label: {label}, structure: {structure}}}")
        return "\n".join(lines) + "\n"

    return Task("phantom", {"1": (1, pairs), "4": (4, pairs), "8 (all)": (8, pairs)}, corpus(work, stores, 64, run), scored)


def axons(work, run, data):
    image, labels = data / "axons" / "volume.tif", tifffile.imread(data / "axons" / "labels.tif")
    stores = [tile(work / "axons.zarr", image, run), tile(work / "brain.zarr", data / "brain-planes", run)]
    height, width = labels.shape[1] // 2, labels.shape[2] // 2
    quarters = [(slice(y, y + height), slice(x, x + width)) for y in (0, height) for x in (0, width)]

    def only(name, parts):
        """The labels with everything but these parts of planes set to 0, which is not annotated."""
        path = work / f"{name}.tif"
        kept = np.zeros_like(labels)
        for plane, part in parts:
            kept[(plane, *part)] = labels[(plane, *part)]
        tifffile.imwrite(path, kept)
        return path

    whole = (slice(None), slice(None))
    scored = {role: [(stores[0], only(role, [(plane, whole)]))] for role, plane in (("validation", 48), ("test", 77))}

    def pairs(count, seed):
        taken = [(17, quarters[(number + seed) % 4]) for number in range(count)]
        return f"- {{image: {image}, label: {only(f'train-{count}-{seed}', taken)}, structure: axons}}\n"

    return Task(
        "axons", {"1 quarter of a plane": (1, pairs), "4 quarters, the plane": (4, pairs)},
        corpus(work, stores, 96, run), scored, ["--label-map", AXON_MAP])


def tile(store, source, run):
    if not (store / "zarr.json").exists():
        run([SHEAF, "tile", source, store, "--structure", store.stem])
    return store


def corpus(work, stores, patch, run):
    path = work / "corpus"
    if not path.exists():
        run([SHEAF, "corpus", *stores, "-o", path, "--patch-size", patch])
    return path


def dice(model, volumes, options, work, run):
    """Mean Dice over the volumes."""
    scores = []
    for store, labels in volumes:
        output = work / "segmented.zarr"
        shutil.rmtree(output, ignore_errors=True)
        run([SHEAF, "infer", store, output, "--model", model, "--no-labels", "--keep-background-tiles", "--threads", THREADS])
        _, _, out = run([SHEAF, "evaluate", output, labels, "--category", "contiguous", "--json", *options])
        scores.append(json.loads(out)["dice"])
    return statistics.mean(scores)


def flags(settings):
    return [part for setting in settings for part in ("--set", setting)]


def measure_task(task, work, run, rows):
    pretrained = work / "pretrained"
    run([SHEAF, "pretrain", task.corpus, "-o", pretrained, *NETWORK, "--batch", 4, "--steps", PRETRAINING_STEPS,
         "--threads", THREADS, *flags(PRETRAINING_SETTINGS)])
    for label, (count, pairs) in task.counts.items():
        found = {}
        for seed in SEEDS:
            listing = work / "pairs.yaml"
            listing.write_text(pairs(count, seed))
            for arm, weights in (("pretrained", ["--from", pretrained]), ("scratch", ["--from-scratch"])):
                model = work / "model"
                shutil.rmtree(model, ignore_errors=True)
                run([SHEAF, "finetune", listing, "-o", model, *weights, *NETWORK, "--batch", 2, "--steps", STEPS,
                     "--threads", THREADS, "--seed", seed, "--set", f"validation-interval={STEPS}",
                     *flags(SETTINGS), *task.options])
                for role, volumes in task.scored.items():
                    found.setdefault((role, arm), []).append(dice(model, volumes, task.options, work, run))
                print(task.name, label, seed, arm, {role: found[role, arm][-1] for role in task.scored}, flush=True)

        spread = {
            key: f"{statistics.mean(values):.3f} ± {statistics.pstdev(values):.3f}" for key, values in found.items()
        }
        wins = sum(a > b for a, b in zip(found["test", "pretrained"], found["test", "scratch"]))
        rows.append([
            task.name, label, spread["validation", "pretrained"], spread["validation", "scratch"],
            spread["test", "pretrained"], spread["test", "scratch"], f"{wins} of {len(SEEDS)}"])
        # Printed at once, so that finished rows survive an interruption of the run.
        print(" | ".join(rows[-1]), flush=True)


def measure(work, run, table):
    data = Path(os.environ.get("SHEAF_DATA", HERE.parent.parent / "shared" / "data"))
    tasks = [(phantom, ())]
    if (data / "axons" / "volume.tif").exists():
        tasks.append((axons, (data,)))

    def rows_of(make, arguments):
        place = work / "transfer" / make.__name__
        place.mkdir(parents=True, exist_ok=True)
        rows = []
        measure_task(make(place, run, *arguments), place, run, rows)
        return rows

    with ThreadPoolExecutor(len(tasks)) as pool:
        rows = [row for found in pool.map(lambda task: rows_of(*task), tasks) for row in found]
    return (
        f"## Does pretraining help?\n\nTier XS, crops of 48³, {PRETRAINING_STEPS} steps of masked pretraining with batch 4, "
        f"then {STEPS} steps of fine-tuning with batch 2 on the given number of annotated crops (per structure)"
        + (f", {', '.join(SETTINGS)}" if SETTINGS else "")
        + f"; Dice, mean ± standard deviation over {len(SEEDS)} seeds. The from-scratch baseline sees the same samples in "
        "the same order. Settings were chosen on the validation volumes alone.\n\n"
        + table(rows, ["data", "crops", "validation, pretrained", "validation, scratch", "test, pretrained",
                       "test, scratch", "pretrained ahead in"]))
