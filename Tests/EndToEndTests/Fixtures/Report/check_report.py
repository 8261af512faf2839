"""Opens a report in a browser: what is wrong has to be on the first screen, on a desk and on a phone, in light and dark."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "Viewer"))
from browser import Browser  # noqa: E402

page, words = "file://" + sys.argv[1], sys.argv[2]
pictures = sys.argv[3] if len(sys.argv) > 3 else None

for width, height, dark in ((1280, 800, False), (1280, 800, True), (390, 844, False)):
    with Browser(width, height, dark) as browser:
        browser.send("Page.navigate", url=page)
        while browser.evaluate("document.readyState") != "complete" or not browser.evaluate("document.body.innerText"):
            pass
        place = browser.evaluate(
            "(() => { const found = [...document.querySelectorAll('.findings li')].find((item) => item.innerText.includes("
            f"{words!r})); return found ? found.getBoundingClientRect().bottom : 1e9; }})()")
        assert place <= height, f"{words!r} ends at {place} of {height} pixels"
        wide = browser.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"the page is {wide} pixels wide on a screen of {width}"
        broken = browser.evaluate("[...document.images].filter((image) => !image.naturalWidth).length")
        assert broken == 0, f"{broken} pictures are broken"
        dangling = browser.evaluate(
            "[...document.querySelectorAll('a[href^=\"#\"]')].map((link) => link.getAttribute('href').slice(1))"
            ".filter((id) => !document.getElementById(id))")
        assert dangling == [], f"links lead nowhere: {dangling}"
        ink, paper = browser.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]")
        assert ink != paper and (paper == "rgb(20, 23, 26)") == dark, (ink, paper, dark)
        assert browser.errors() == [], browser.errors()
        if pictures:
            browser.screenshot(f"{pictures}/{width}{'-dark' if dark else ''}.png")
print("ok")
