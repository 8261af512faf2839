"""Looks at a store of which no voxel is written yet, while its voxels come: check_live.py PAGE STORE HIDDEN PICTURES.

HIDDEN/N holds the chunks of level N, which are moved into the store, the finest first, as `sheaf tile` writes them."""

import json
import os
import shutil
import sys
import time
import urllib.request

import imageio.v3 as imageio
import numpy as np
import zarr
from browser import Browser

page, store, hidden, pictures = sys.argv[1:5]


def state():
    with urllib.request.urlopen(page + "api/state") as answer:
        return json.load(answer)


def plane(number, extent):
    """One plane of the finest level, in the values of the store."""
    address = f"{page}api/plane/0/0/0/{number}-{number + 1}/0-{extent[1]}/0-{extent[2]}"
    with urllib.request.urlopen(address) as answer:
        offset, step = map(float, answer.headers["X-Coding"].split())
        numbers = np.frombuffer(answer.read(), "<u2").reshape(extent[1:])
    return numbers * step + offset, step


def shown(browser, name):
    browser.idle()
    browser.wait(300)
    path = os.path.join(pictures, name)
    browser.screenshot(path)
    left, top, width, height = (round(value) for value in browser.box("xy"))
    # Without captions and scale bar.
    inner = imageio.imread(path)[top + height // 4:top + 3 * height // 4, left + width // 4:left + 3 * width // 4, :3]
    return inner.astype(float)


with Browser(width=1280, height=900) as browser:
    browser.open(page)
    contrast = "[sheaf.layers[0].black, sheaf.layers[0].white]"
    assert browser.evaluate(contrast) == [0, 1], browser.evaluate(contrast)
    assert any("not finished" in note for note in state()["notes"]), state()["notes"]
    for level in sorted(os.listdir(hidden)):
        shutil.move(os.path.join(hidden, level), os.path.join(store, level, "c"))
        if level != "0":
            continue
        deadline = time.monotonic() + 60
        while browser.evaluate(contrast) == [0, 1]:
            assert time.monotonic() < deadline, "the page keeps the contrast of nothing"
            browser.wait(200)
        volume = zarr.open_array(os.path.join(store, "0"), mode="r")[:]
        # What is not written reads as zero, which no voxel of the phantom is.
        written = volume[volume != 0]
        black, white = browser.evaluate(contrast)
        assert written.min() <= black < np.percentile(written, 10), (black, written.min())
        assert np.percentile(written, 95) < white <= written.max(), (white, written.max())
        browser.wait(3000)
        pixels = shown(browser, "live.png")
        assert (pixels.min(axis=2) > 250).mean() < 0.05, "finished blocks are drawn white"
        assert pixels.std() > 3, "finished blocks are drawn in one grey"
        number = int(np.argmax((volume != 0).sum(axis=(1, 2))))
        found, step = plane(number, volume.shape)
        differences = np.abs(found - volume[number])[volume[number] != 0]
        assert differences.size > 0 and differences.max() <= step, (differences.max(), step)
    # Who reloads the page, whose address tells the view by now, still gets what suits the voxels.
    browser.wait(500)
    address = browser.evaluate("location.href")
    assert "auto" in address, address
    browser.send("Page.reload")
    browser.open(address)
    assert browser.evaluate(contrast) not in ([0, 1], [None, None]), browser.evaluate(contrast)
    assert not browser.errors(), browser.errors()
print("ok")
