"""Opens a volume that is no store with a browser: check_real.py PAGE PICTURES."""

import os
import sys

import imageio.v3 as imageio
from browser import Browser

page, pictures = sys.argv[1:3]
with Browser(width=1400, height=900) as browser:
    browser.open(page)
    path = os.path.join(pictures, "real.png")
    browser.screenshot(path)
    notes = browser.evaluate("document.getElementById('notes').innerText")
    assert "read in place" in notes, notes
    left, top, width, height = (round(value) for value in browser.box("xy"))
    shown = imageio.imread(path)[top:top + height, left:left + width, :3].astype(int)
    # Tissue in grey of many shades, and labels in colour over it.
    spread = shown.max(2) - shown.min(2)
    assert len(set(shown[spread == 0][:, 0])) > 100, "the image is not there"
    assert (spread > 60).sum() > 50, "the labels are not there"
    assert not browser.errors(), browser.errors()
print("ok")
