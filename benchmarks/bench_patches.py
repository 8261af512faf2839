"""Patches of a volume as NIfTI files, and random crops of them: Sheaf beside the usual Python. Prints a table with ratios.

Patches: planes read by OpenCV, cut by MONAI's `dense_patch_slices`, written by nibabel; against `sheaf corpus
--export-nifti` of the planes in place, and of a store that `sheaf tile` makes first. Crops: of 160³, normalised, from a
packed corpus, one that refers to its store, and the .nii.gz patches in place; against .b2nd files as nnU-Net stores them,
zarr-python, and nibabel. All with two threads or processes that have everything imported; processor seconds stand beside
wall time. Needs opencv-python-headless, monai, nibabel, blosc2, zarr, nnunetv2.
"""

import glob
import os
import resource
import shutil
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
SHEAF = os.environ.get("SHEAF", str(HERE.parent / ".build/release/sheaf"))
CROPS = os.environ.get("CROPS", str(Path(SHEAF).parent / "crops-benchmark"))
WORK = Path(sys.argv[1] if len(sys.argv) > 1 else "/dev/shm/sheaf-patches")
DEPTH, EDGE, PATCH, CROP, COUNT = 200, 800, 200, 160, int(os.environ.get("COUNT", 200))


def seconds():
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def measured(work):
    start, before = time.perf_counter(), seconds()
    result = work()
    return time.perf_counter() - start, seconds() - before, result


def sheaf(*arguments):
    subprocess.run([SHEAF, *map(str, arguments), "--quiet", "--threads", "2"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def make_planes():
    import tifffile
    directory = WORK / "planes"
    directory.mkdir(parents=True)
    random = np.random.default_rng(1)
    blurred = random.normal(0, 1, (DEPTH // 8, EDGE // 8, EDGE // 8))
    for z in range(DEPTH):
        plane = 400 + 60 * np.kron(blurred[z // 8], np.ones((8, 8)))
        plane += random.normal(0, 1, plane.shape) * np.sqrt(49 + 8 * np.maximum(plane, 0)) * 0.3
        tifffile.imwrite(directory / f"plane_{z:04d}.tif", np.clip(np.rint(plane), 0, 65535).astype("u2"))
    return directory


def python_patches():
    import cv2
    import nibabel
    from monai.data.utils import dense_patch_slices
    volume = np.stack([cv2.imread(path, cv2.IMREAD_UNCHANGED) for path in sorted(glob.glob(f"{WORK}/planes/*.tif"))])
    (WORK / "python").mkdir()
    for number, box in enumerate(dense_patch_slices(volume.shape, (PATCH,) * 3, (PATCH,) * 3)):
        nibabel.save(nibabel.Nifti1Image(volume[box].T, np.eye(4)), WORK / f"python/patchvolume_{number}.nii.gz")


def size(directory):
    return round(sum(path.stat().st_size for path in (WORK / directory).rglob("*.nii.gz")) / 1e6)


def sheaf_patches():
    sheaf("tile", WORK / "planes", WORK / "volume.zarr", "--structure", "vessels", "--voxel-size", "1,1,1")
    sheaf("corpus", WORK / "volume.zarr", "-o", WORK / "referred", "--patch-size", PATCH, "--contrast", 0,
          "--export-nifti", WORK / "nifti")


def sheaf_patches_in_place():
    (WORK / "sources.yaml").write_text(f"- path: {WORK}/planes\n  structure: vessels\n  voxel-size: 1,1,1\n")
    sheaf("corpus", "--sources", WORK / "sources.yaml", "-o", WORK / "referred-planes", "--patch-size", PATCH,
          "--contrast", 0, "--export-nifti", WORK / "nifti-in-place")


def normalised(voxels):
    voxels = voxels.astype(np.float32)
    voxels -= 400
    voxels /= 60
    return voxels


def origins(seed, count):
    """Patch and origin (z, y, x) in it."""
    return np.random.default_rng(seed).integers(0, (1 << 20,) + (PATCH - CROP + 1,) * 3, (count, 4))


def blosc2_crops(seed, count):
    import blosc2
    blosc2.set_nthreads(1)
    for n, z, y, x in origins(seed, count):
        file = blosc2.open(
            f"{WORK}/b2nd/{int(n) % PATCHES}.b2nd", mode="r", dparams={"nthreads": 1}, mmap_mode="r")
        np.ascontiguousarray(file[0:1, z:z + CROP, y:y + CROP, x:x + CROP])


def zarr_crops(seed, count):
    import zarr
    array = zarr.open(f"{WORK}/volume.zarr/0", mode="r")
    for n, z, y, x in origins(seed, count):
        y, x = y + int(n) % (EDGE // PATCH) * PATCH, x + int(n) // (EDGE // PATCH) % (EDGE // PATCH) * PATCH
        normalised(array[z:z + CROP, y:y + CROP, x:x + CROP])


def nibabel_crops(seed, count):
    import nibabel
    paths = sorted(glob.glob(f"{WORK}/nifti/*_structures/*/*.nii.gz"))
    for n, z, y, x in origins(seed, count):
        image = nibabel.load(paths[int(n) % len(paths)])
        normalised(np.asarray(image.dataobj[x:x + CROP, y:y + CROP, z:z + CROP]))


def write_blosc2():
    """As nnU-Net preprocesses a case for 3d_fullres: normalised float32, written by its own class."""
    import nibabel
    from nnunetv2.training.dataloading.nnunet_dataset import comp_blosc2_params, nnUNetDatasetBlosc2
    (WORK / "b2nd").mkdir()
    paths = sorted(glob.glob(f"{WORK}/nifti/*_structures/*/*.nii.gz"))[:8]
    blocks, chunks = comp_blosc2_params((1, PATCH, PATCH, PATCH), (CROP,) * 3)
    for number, path in enumerate(paths):
        data = np.ascontiguousarray(normalised(np.asarray(nibabel.load(path).dataobj).T)[None])
        nnUNetDatasetBlosc2.save_case(
            data, np.zeros(data.shape, np.int8), {}, f"{WORK}/b2nd/{number}", chunks=chunks, blocks=blocks)
    return len(paths)


def side_by_side(work, count):
    """Wall and processor seconds of `count` crops in two processes, which have everything imported before."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(timed, [work] * 2, [(1, 2)] * 2))
        start = time.perf_counter()
        cpu = sum(pool.map(timed, [work] * 2, [(7, count // 2), (8, count // 2)]))
        return time.perf_counter() - start, cpu


def timed(work, arguments):
    before = time.process_time()
    work(*arguments)
    return time.process_time() - before


def own_crops(corpus, count):
    out = subprocess.run([CROPS, corpus, str(CROP), str(count), "2"], check=True, capture_output=True, text=True).stdout.split()
    return float(out[0]), float(out[1]), float(out[2]) / float(out[0]) / 1e6


shutil.rmtree(WORK, ignore_errors=True)
make_planes()
ways = {"in place": measured(sheaf_patches_in_place), "by a store": measured(sheaf_patches)}
python = measured(python_patches)
print(f"NIfTI patches of {PATCH}³, {DEPTH * EDGE * EDGE / 1e6:.0f} Mvoxel: OpenCV + MONAI + nibabel {python[0]:.1f} s "
      f"({python[1]:.1f} s of processors), {size('python')} MB", flush=True)
for name, own in ways.items():
    print(f"Sheaf, {name}: {own[0]:.1f} s ({own[1]:.1f} s of processors), {size('nifti')} MB: {python[0] / own[0]:.1f} ×, "
          f"by processor time {python[1] / own[1]:.1f} ×", flush=True)
if os.path.exists(CROPS):
    sheaf("corpus", WORK / "volume.zarr", "-o", WORK / "packed", "--patch-size", PATCH, "--contrast", 0, "--packed")
    sheaf("corpus", WORK / "nifti", "-o", WORK / "in-place", "--contrast", 0)
    PATCHES = write_blosc2()
    for _turn in range(2):
        for name, work, count in (("packed", WORK / "packed", COUNT), ("referred", WORK / "referred", COUNT),
                                  ("patches in place", WORK / "in-place", 16)):
            wall, cpu, rate = own_crops(work, count)
            print(f"crops, Sheaf, {name}: {rate:.0f} Mvoxel/s, {cpu / count * 1e3:.0f} ms of processors a crop", flush=True)
        for name, work, count in (("blosc2 as nnU-Net stores it", blosc2_crops, COUNT), ("zarr-python", zarr_crops, COUNT),
                                  ("nibabel, patches in place", nibabel_crops, 16)):
            wall, cpu = side_by_side(work, count)
            print(f"crops, {name}: {count * CROP**3 / wall / 1e6:.0f} Mvoxel/s, {cpu / count * 1e3:.0f} ms of processors a crop",
                  flush=True)
shutil.rmtree(WORK, ignore_errors=True)
