"""Selection of the patches of made-up volumes of 3.5e10 voxels from their statistics: seconds and peak memory."""

import glob
import os
import resource
import shutil
import subprocess
import sys
import time

sheaf = os.environ.get("SHEAF", ".build/release/sheaf")
made_up = os.environ.get("MADE_UP", os.path.join(os.path.dirname(sheaf), "made-up-stores-benchmark"))
work = sys.argv[1] if len(sys.argv) > 1 else "benchmarks/output/corpus"
count = int(sys.argv[2]) if len(sys.argv) > 2 else 66

os.makedirs(work, exist_ok=True)
stores = sorted(glob.glob(f"{work}/stores/*.zarr"))
if len(stores) < count:
    subprocess.run([made_up, f"{work}/stores", str(count)], check=True)
    stores = sorted(glob.glob(f"{work}/stores/*.zarr"))
shutil.rmtree(f"{work}/corpus", ignore_errors=True)
command = [sheaf, "corpus", *stores[:count], "-o", f"{work}/corpus", "--threads", "1", "--quiet"]
for contrast in ("8", "12"):
    start = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run(command + ["--contrast", contrast, "--overwrite"], check=True, stdout=subprocess.DEVNULL)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{count} volumes, {count * 1280} patches, contrast {contrast}: {time.monotonic() - start:.1f} s, "
        f"{usage.ru_utime - before:.1f} s of the processor, {usage.ru_maxrss / 1024:.0f} MiB"
    )
