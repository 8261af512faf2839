"""check_challenge.py PORT CASE RESULT SERVER: what grand-challenge.org does with a container, by HTTP on loopback.

Images are written and read with SimpleITK, as the platform and the example algorithm of the SELMA3D challenge do. Prints a
line for each check that failed.
"""

import json
import os
import shutil
import signal
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import SimpleITK

port, case, result, server = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
SOCKET, OUTPUT = "images/light-sheet-3d-microscopy", result / "images/isolated-biological-structure"


def ask(method, path):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


def check(condition, text):
    if not condition:
        print(text)


def provide(name, shape, seed, voxel_type=np.uint16):
    """Puts a case into the input directory, as the platform does; returns the image."""
    shutil.rmtree(case / "images", ignore_errors=True)
    (case / SOCKET).mkdir(parents=True)
    voxels = np.random.default_rng(seed).normal(200, 20, shape)
    voxels[shape[0] // 3:shape[0] // 2, 4:12, 5:14] += 900
    image = SimpleITK.GetImageFromArray(voxels.astype(voxel_type))
    image.SetSpacing((0.002, 0.002, 0.004))
    image.SetOrigin((-3.5, 12.25, 7))
    image.SetDirection((-1, 0, 0, 0, -1, 0, 0, 0, 1))
    SimpleITK.WriteImage(image, case / SOCKET / name, useCompression=seed % 2 == 0)
    socket = {
        "slug": "light-sheet-3d-microscopy", "relative_path": SOCKET, "is_image_kind": True, "is_panimg_kind": True,
        "is_dicom_image_kind": False, "is_json_kind": False, "is_file_kind": False, "is_json_file_kind": False}
    (case / "inputs.json").write_text(
        json.dumps([{"socket": socket, "file": None, "image": {"name": "cell_nuclei_2301.mha"}, "value": None}]))
    return image


def check_output(image, name):
    files = sorted(path.name for path in OUTPUT.iterdir())
    check(files == ["output.mha"], f"{name}: {files} were written")
    mask = SimpleITK.ReadImage(OUTPUT / "output.mha")
    check(mask.GetPixelID() == SimpleITK.sitkInt8, f"{name}: voxels of {mask.GetPixelIDTypeAsString()}")
    check(b"CompressedData = True" in (OUTPUT / "output.mha").read_bytes()[:2000], f"{name}: not compressed")
    check(mask.GetSize() == image.GetSize(), f"{name}: {mask.GetSize()} instead of {image.GetSize()}")
    for what in ("GetSpacing", "GetOrigin", "GetDirection"):
        found, expected = getattr(mask, what)(), getattr(image, what)()
        check(np.allclose(found, expected, rtol=1e-9, atol=1e-12), f"{name}: {what} {found} instead of {expected}")
    voxels = SimpleITK.GetArrayFromImage(mask)
    check(set(np.unique(voxels)) <= {0, 1}, f"{name}: values {np.unique(voxels)}")
    return voxels


check(ask("GET", "/health")[0] == 200, "not healthy")
first = provide("0f3c.mha", (20, 24, 28), 1)
status, body = ask("POST", "/invoke")
check(status == 201 and body.get("voxels") == 20 * 24 * 28, f"the first case: {status} {body}")
voxels = check_output(first, "the first case")

# Others replace it; the same again gives the same.
other = provide("case.mha", (17, 40, 31), 2, np.float32)
check(ask("POST", "/invoke")[0] == 201, "the second case")
check_output(other, "the second case")
provide("0f3c.mha", (20, 24, 28), 1)
statuses = []
askers = [threading.Thread(target=lambda: statuses.append(ask("POST", "/invoke")[0])) for _ in range(3)]
[asker.start() for asker in askers]
check(ask("GET", "/health")[0] == 200, "not healthy while it works")
[asker.join() for asker in askers]
check(statuses == [201] * 3, f"three at a time: {statuses}")
check(np.array_equal(check_output(first, "the first case again"), voxels), "the first case differs")

# What cannot be read is told in a sentence, and the next case goes on.
path = case / SOCKET / "0f3c.mha"
whole = path.read_bytes()
for name, content in (("cut off", whole[:len(whole) // 2]), ("no image", b"hello"), ("empty", b"")):
    path.write_bytes(content)
    status, body = ask("POST", "/invoke")
    check(status == 422 and len(body.get("error", "")) > 20, f"{name}: {status} {body}")
(case / "inputs.json").write_text("[]")
status, body = ask("POST", "/invoke")
check(status == 422 and "inputs.json" in body.get("error", ""), f"no inputs: {status} {body}")
provide("0f3c.mha", (20, 24, 28), 1)
check(ask("POST", "/invoke")[0] == 201, "a case after broken ones")
check(np.array_equal(check_output(first, "a case after broken ones"), voxels), "a case after broken ones differs")

# Asked to stop in the middle of a case, it says so.
provide("large.mha", (96, 160, 160), 3)
stopper = threading.Timer(1, lambda: os.kill(server, signal.SIGTERM))
stopper.start()
try:
    status, body = ask("POST", "/invoke")
    check(status in (201, 503), f"stopped: {status} {body}")
except (urllib.error.URLError, ConnectionError) as error:
    print(f"stopped without an answer: {error}")
stopper.join()
