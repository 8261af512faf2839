"""The viewer in a headless browser on a store of 1024³ voxels: first picture, scrolling, memory of the server; beside it
the time that zarr-python takes to read the same planes."""

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import tifffile
import zarr

HERE = Path(__file__).resolve().parent
SHEAF = os.environ["SHEAF"]
EDGE, STEPS = int(os.environ.get("VIEW_EDGE", 1024)), int(os.environ.get("VIEW_STEPS", 120))
ROUNDS = int(os.environ.get("VIEW_ROUNDS", 3))
sys.path.insert(0, str(HERE.parent / "Tests" / "EndToEndTests" / "Fixtures" / "Viewer"))


def make_store(work, run):
    store = work / f"view-{EDGE}.zarr"
    if not (store / "zarr.json").exists():
        planes = work / "view-planes"
        planes.mkdir(exist_ok=True)
        random = np.random.default_rng(1)
        # Noise of a camera over structure that changes from plane to plane.
        coarse = random.integers(100, 3000, (EDGE // 32 + 1, EDGE // 32 + 1, EDGE // 32 + 1)).astype(np.float32)
        for z in range(EDGE):
            plane = np.kron(coarse[z // 32], np.ones((32, 32), np.float32))[:EDGE, :EDGE]
            tifffile.imwrite(planes / f"{z:04}.tif", (plane + random.normal(0, 30, plane.shape)).clip(0).astype(np.uint16))
        run([SHEAF, "tile", planes, store, "--voxel-size", "2"])
        shutil.rmtree(planes)
    return store


def opened(browser, page):
    """Milliseconds from the start of the navigation, by the browser's own clock, to the first plane drawn completely in the
    level of the window, and to all three."""
    browser.open(page)
    return browser.evaluate(
        "['first plane', 'all planes'].map((name) => performance.getEntriesByName(name)[0].startTime)")


def measure(work, run, table):
    from browser import Browser

    store = make_store(work, run)
    cold, warm, times, memory = [], [], {"all": [], "xy": []}, 0
    with Browser(width=1600, height=1000) as browser:
        # The first page that a browser shows takes it some time of its own.
        browser.send("Page.navigate", url="data:text/html,<canvas></canvas>")
        time.sleep(2)
        for _ in range(ROUNDS):
            server = subprocess.Popen(
                [SHEAF, "view", store], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            page = re.search(r"http\S+", server.stdout.readline()).group()
            try:
                cold.append(opened(browser, page))
                for _ in range(3):
                    browser.send("Page.navigate", url="about:blank")
                    warm.append(opened(browser, page))
                for layout in times:
                    browser.evaluate(f"document.querySelector('button[data-layout=\"{layout}\"]').click()")
                    browser.idle()
                    times[layout] += browser.evaluate(f"""(async () => {{
                      const times = [];
                      for (let step = 0; step < {STEPS}; step += 1) {{
                        const start = performance.now();
                        sheaf.stepPlane(sheaf.panes.xy, 1);
                        await sheaf.whenIdle();
                        times.push(performance.now() - start);
                      }}
                      return times;
                    }})()""")
                status = Path(f"/proc/{server.pid}/status").read_text()
                memory = max(memory, int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024)
            finally:
                server.terminate()
                server.wait()
    level = zarr.open_array(store / "1", mode="r")
    peer = []
    for step in range(20):
        start = time.perf_counter()
        level[level.shape[0] // 2 + step]
        peer.append((time.perf_counter() - start) * 1000)

    def row(name, values):
        return [name, f"{statistics.median(values):.0f}", f"{np.percentile(values, 95):.0f}", f"{max(values):.0f}"]

    rows = [row(f"{name}, {when}", [pair[index] for pair in pairs])
            for pairs, when in ((cold, "server just started"), (warm, "page opened again"))
            for index, name in ((0, "first plane"), (1, "all three planes"))]
    for layout, name in (("all", "scroll step, three planes shown"), ("xy", "scroll step, one plane shown")):
        rows.append(row(name, times[layout]))
    rows.append(row("zarr-python: the same plane of level 1, without a picture", peer))
    return (
        f"## Viewing\n\n`sheaf view` on a store of {EDGE}³ voxels of uint16 (level 0: {EDGE}, shown from the level that fits "
        f"a window of 1600 × 1000), headless Chromium on the same machine, {ROUNDS} rounds of {STEPS} steps each. Pictures are "
        f"timed by the browser, from the start of the navigation until the canvas is drawn. The highest memory of the server "
        f"was {memory:.0f} MiB.\n\n" + table(rows, ["what", "median, ms", "95 %, ms", "most, ms"]))
