"""Works on the page with a browser, and compares screenshots with planes: check_page.py PAGE STORE LABELS PICTURES."""

import json
import os
import sys

import imageio.v3 as imageio
import numpy as np
import zarr
from browser import Browser

page, store, labels, pictures = sys.argv[1:5]
volume = zarr.open_array(os.path.join(store, "0"), mode="r")[:]
ids = zarr.open_array(os.path.join(labels, "0"), mode="r")[:]


def grey(values, black, white):
    return np.clip((values.astype(float) - black) / (white - black), 0, 1) * 255


with Browser(width=1280, height=900) as browser:
    browser.open(page)
    browser.screenshot(os.path.join(pictures, "page.png"))
    state = browser.evaluate("JSON.parse(JSON.stringify({size: sheaf.layers[0].levels[0], layers: sheaf.layers.length}))")
    voxel = state["size"]["voxelSize"]

    def look(z, y, x, contrast=(0, 4000), show_labels=False):
        """One pixel a voxel along x in every pane, nothing but the image."""
        browser.evaluate(f"""(() => {{
          const {{view, layers}} = sheaf;
          view.crosshair = false;
          view.position = [{(z + 0.5) * voxel[0]}, {(y + 0.5) * voxel[1]}, {(x + 0.5) * voxel[2]}];
          // A quarter of a voxel aside, so that pixels lie inside of voxels.
          view.center = view.position.map((value, axis) => value + 0.25 * {voxel}[axis]);
          view.scale = 1 / {voxel[2]};
          [layers[0].black, layers[0].white] = {list(contrast)};
          layers[1].visible = {json.dumps(show_labels)};
          sheaf.changed(layers);
        }})()""")
        browser.idle()

    def pane(name):
        """What the pane shows, from a screenshot of the page."""
        box = browser.box(name)
        path = os.path.join(pictures, f"{name}.png")
        browser.screenshot(path)
        left, top, width, height = (round(value) for value in box)
        return imageio.imread(path)[top:top + height, left:left + width, :3].astype(float)

    def compare(name, plane, right, down, position, contrast):
        """Compares the middle of a pane with a plane whose rows run downwards."""
        found = pane(name)
        height, width = found.shape[:2]
        rows = (np.arange(height) + 0.5 - height / 2) * voxel[2] / voxel[down] + position[down] + 0.75
        columns = (np.arange(width) + 0.5 - width / 2) * voxel[2] / voxel[right] + position[right] + 0.75
        # Not where a pixel lies on the border of two voxels, and not under captions and scale bar.
        def inside(places, count, low, high):
            index = np.floor(places).astype(int)
            usable = (index >= 0) & (index < count) & (np.abs(places - np.round(places)) > 0.01)
            usable[:low] = False
            usable[len(usable) - high:] = False
            return np.nonzero(usable)[0], index[usable]
        pixel_rows, voxel_rows = inside(rows, plane.shape[0], 34, 44)
        pixel_columns, voxel_columns = inside(columns, plane.shape[1], 0, 0)
        assert len(pixel_rows) > 20 and len(pixel_columns) > 20, (name, found.shape)
        expected = grey(plane[np.ix_(voxel_rows, voxel_columns)], *contrast)
        difference = np.abs(found[np.ix_(pixel_rows, pixel_columns)] - expected[..., None])
        assert difference.max() <= 2, (name, difference.max(), np.unravel_index(difference.argmax(), difference.shape))

    position = [length // 2 for length in volume.shape]
    for contrast in ((0, 4000), (200, 900)):
        look(*position, contrast)
        compare("xy", volume[position[0]], 2, 1, position, contrast)
        compare("xz", volume[:, position[1]], 2, 0, position, contrast)
        compare("zy", volume[:, :, position[2]].T, 0, 1, position, contrast)

    # The wheel over a pane goes to the next plane.
    left, top, width, height = browser.box("xy")
    box = (left + width / 2, top + height / 2)
    browser.mouse("mouseMoved", *box)
    browser.mouse("mouseWheel", *box, deltaX=0, deltaY=40)
    browser.idle()
    browser.evaluate("new Promise(requestAnimationFrame)")
    browser.idle()
    position[0] += 1
    compare("xy", volume[position[0]], 2, 1, position, (200, 900))
    browser.key("ArrowLeft")
    browser.idle()
    position[0] -= 1
    compare("xy", volume[position[0]], 2, 1, position, (200, 900))

    # A click on an object picks it, and the panel shows its row.
    largest = int(np.bincount(ids.ravel())[1:].argmax()) + 1
    voxels = np.argwhere(ids == largest)
    z, y, x = voxels[len(voxels) // 2]
    look(z, y, x, show_labels=True)
    browser.click(*box)
    browser.idle()
    assert browser.evaluate("sheaf.view.selected") == largest
    text = ""
    for _ in range(200):
        text = browser.evaluate("document.getElementById('selected').innerText")
        if "voxels" in text:
            break
        browser.wait(20)
    assert str(largest) in text and str(len(voxels)) in text, text
    browser.screenshot(os.path.join(pictures, "picked.png"))

    # The table sorts, and a row leads to its object.
    browser.evaluate("[...document.querySelectorAll('#columns th')].find((cell) => cell.textContent.startsWith('voxels')).click()")
    for _ in range(200):
        row = browser.evaluate("document.querySelector('#rows tr')?.innerText ?? ''")
        if row.split()[:2] == [str(largest), str(len(voxels))]:
            break
        browser.wait(20)
    assert row.split()[:2] == [str(largest), str(len(voxels))], row
    browser.evaluate("document.querySelector('#rows tr').click()")
    center = voxels.mean(0)
    for _ in range(200):
        at = browser.evaluate("sheaf.view.position")
        if all(abs(at[axis] / voxel[axis] - 0.5 - center[axis]) < 0.01 for axis in range(3)):
            break
        browser.wait(20)
    assert all(abs(at[axis] / voxel[axis] - 0.5 - center[axis]) < 0.01 for axis in range(3)), (at, center)

    # A link shows the same view again.
    browser.wait(300)
    link = browser.evaluate("location.href")
    shown = (
        "JSON.stringify([sheaf.view.position, sheaf.view.scale, sheaf.view.selected,"
        " sheaf.layers.map((layer) => [layer.visible, layer.black, layer.white])])")
    before = browser.evaluate(shown)
    browser.send("Page.navigate", url="about:blank")
    browser.open(link)
    after = browser.evaluate(shown)
    first, second = json.loads(before), json.loads(after)
    assert np.allclose(first[0], second[0], rtol=1e-6) and np.isclose(first[1], second[1], rtol=1e-6), (first, second)
    assert first[2:] == second[2:], (first, second)

    # Fast scrolling does not pile up: what is wanted last arrives, and few requests run at once.
    look(*position)
    browser.evaluate("for (let step = 0; step < 30; step += 1) sheaf.stepPlane(sheaf.panes.xy, step % 2 ? 3 : -2)")
    browser.idle()

    # Narrow screens and dark ones.
    browser.send("Emulation.setDeviceMetricsOverride", width=390, height=840, deviceScaleFactor=2, mobile=True)
    browser.send("Page.navigate", url="about:blank")
    browser.open(page)
    browser.screenshot(os.path.join(pictures, "narrow.png"))
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"
    assert not browser.errors(), browser.errors()

with Browser(width=1600, height=1000, dark=True) as browser:
    browser.open(page)
    browser.screenshot(os.path.join(pictures, "dark.png"))
    assert browser.evaluate("document.documentElement.dataset.theme") == "dark"
    assert not browser.errors(), browser.errors()
print("ok")
