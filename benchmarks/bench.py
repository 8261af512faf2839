"""Runs all benchmarks, Sheaf and its peers on the same data, and writes a Markdown report with the ratios.

Every measured program runs in a process of its own. Wall time and peak resident memory (of its largest process) are
measured from outside, in the same way for all programs. Peers compute the same result as Sheaf: the same chunks, shards
and compression level for a store, the same network, crop and precision for a training step, the same weights, tiles and
overlap for inference.
"""

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHEAF = os.environ["SHEAF"]


def run(command, environment=None, capture=False):
    """Runs a command; returns (seconds, peak MiB of its largest process, standard output)."""
    import threading

    full = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", **(environment or {}))
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=full)
    peak = [0]
    done = threading.Event()

    def watch():
        while not done.wait(0.02):
            peak[0] = max(peak[0], largest_process(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, err = process.communicate()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed with exit code {process.returncode}:\n{err[-3000:]}")
    return seconds, peak[0] / 1024, out


def largest_process(root):
    """Resident KiB of the largest process among `root` and its descendants (VmHWM, the kernel's high-water mark)."""
    largest, pending = 0, [root]
    while pending:
        pid = pending.pop()
        try:
            for line in open(f"/proc/{pid}/status"):
                if line.startswith("VmHWM"):
                    largest = max(largest, int(line.split()[1]))
            for thread in os.listdir(f"/proc/{pid}/task"):
                pending += map(int, open(f"/proc/{pid}/task/{thread}/children").read().split())
        except (FileNotFoundError, ProcessLookupError):
            pass
    return largest


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), "unknown")
    memory = int(open("/proc/meminfo").readline().split()[1]) / 2**20
    cpus = len(os.sched_getaffinity(0))
    return f"{model}, {cpus} CPUs, {memory:.0f} GiB, {platform.system()} {platform.release()}"


def table(rows, header):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def main():
    work, results = Path(sys.argv[1]), Path(sys.argv[2])
    work.mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(HERE))
    import bench_defaults
    import bench_hdf5
    import bench_infer
    import bench_read
    import bench_tile
    import bench_train
    import bench_view

    sections = {
        "tile": bench_tile, "defaults": bench_defaults, "hdf5": bench_hdf5, "read": bench_read, "train": bench_train,
        "infer": bench_infer, "view": bench_view}
    only = os.environ.get("ONLY")
    text = f"# Benchmarks\n\nOne run of `make bench`, {time.strftime('%Y-%m-%d')}, on {machine()}.\n"
    for name, section in sections.items():
        if only and name != only:
            continue
        print(f"== {name}", file=sys.stderr, flush=True)
        part = section.measure(work, run, table)
        # Printed at once, so that finished parts survive the failure of a later one.
        print(part, flush=True)
        text += "\n" + part
    if not only:
        results.write_text(text)


if __name__ == "__main__":
    main()
