"""Screenshots of every page from fixed data: taken by `python -m tests.browser.screenshots`, compared by the tests.

The data is the embedded sample without a network, the fonts are those of matplotlib, which comes with the tests, and
what depends on the clock or the machine is masked. Pictures are kept with few colours, so that all take little room.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image

from tests.benchmarks.browser import OPENING
from tests.benchmarks.servers import CHROMIUM_FLAGS, DIGIT_LAB, App, find_chromium, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parent / "screens"
PAGES = ("", "Data", "Train", "Tune", "Runs", "Run?run=cnn", "Compare", "Errors", "Trust", "Draw", "Demo")
NOWHERE = "http://localhost:9"
"""A proxy that is not there."""
MASKED = ('[data-testid="stSidebar"] [data-testid="stCaptionContainer"]', '[data-testid="stToast"]', ".st-key-disk_use",
          '[data-testid="stAlert"]', '[data-testid="stStatusWidget"]')  # fmt: skip
"""Whose words depend on the machine: the folder's size, a download that fails, what is running."""
HIDDEN = ".st-key-sample_banner { display: none; }"
"""What says that the full data is not there, in the words of the network that is not."""
COLOURS = 32
APART = 48
"""Two pixels, each the mean of four, differ where a channel does by more than this (0..255)."""
MOST_DIFFERENT = 0.006
"""The share of pixels that may differ: anti-aliasing, but no text that has moved."""
TRIES = 12

FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>"""


@dataclass(frozen=True)
class Look:
    """One way to look at the pages."""

    width: int
    height: int
    scheme: Literal["light", "dark"]

    def file(self, page: str) -> Path:
        """Return where the picture of a page is kept."""
        return FOLDER / f"{page.partition('?')[0] or 'Home'}-{self.scheme}-{self.width}.png"


LOOKS = (Look(1280, 1080, "light"), Look(390, 1400, "dark"))


def alone(bare: str) -> App:
    """Return Digit Lab as it is without data and without a network: it works on the sample."""
    cut_off = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE)
    nowhere = {"DIGITLAB_DATA_DIR": "", "HOME": bare, "USERPROFILE": bare, "KERAS_HOME": bare}
    return App("Digit Lab for screenshots", DIGIT_LAB.script, {**nowhere, **cut_off})


@contextmanager
def browser_with_own_fonts() -> Iterator[Browser]:
    """Start a Chromium that knows no fonts but matplotlib's."""
    from playwright.sync_api import sync_playwright

    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("matplotlib, whose fonts the screenshots use, is not installed.")
    fonts = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        settings = Path(folder) / "fonts.conf"
        settings.write_text(FONTS.format(fonts=fonts, cache=folder), "utf-8")
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=[*CHROMIUM_FLAGS, "--font-render-hinting=none", "--hide-scrollbars"],
            env={**os.environ, "FONTCONFIG_FILE": str(settings)},
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, look: Look) -> Iterator[Page]:
    """Open a window that looks at pages in one way."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme,
        reduced_motion="reduce",
        has_touch=look.width < 640,
    )
    yield context.new_page()
    context.close()


def taken(page: Page, address: str) -> np.ndarray:
    """Take a page's picture as soon as it stands still; (h, w, 3) uint8."""
    page.goto(address)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=120_000)
    page.get_by_text(OPENING).wait_for(state="hidden", timeout=200_000)
    before = _shot(page)
    for _ in range(TRIES):
        page.wait_for_timeout(400)
        now = _shot(page)
        if share_different(before, now) == 0:
            break
        before = now
    return before


def _shot(page: Page) -> np.ndarray:
    masked = [page.locator(selector) for selector in MASKED]
    png = page.screenshot(mask=masked, mask_color="#888888", animations="disabled", caret="hide", style=HIDDEN)
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"))


def share_different(one: np.ndarray, other: np.ndarray) -> float:
    """Return the share of pixels, 0..1, in which two pictures (h, w, 3) uint8 differ; 1 for other sizes."""
    if one.shape != other.shape:
        return 1.0
    apart = np.abs(_halved(one) - _halved(other)).max(axis=-1)
    return float((apart > APART).mean())


def _halved(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
    blocks = picture[:height, :width].astype(np.float64).reshape(height // 2, 2, width // 2, 2, 3)
    return np.asarray(blocks.mean(axis=(1, 3)))


def read(path: Path) -> np.ndarray:
    """Read a kept picture, (h, w, 3) uint8."""
    return np.asarray(Image.open(path).convert("RGB"))


def keep(picture: np.ndarray, path: Path) -> None:
    """Write a picture with few colours."""
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(picture).quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        path, optimize=True
    )


def main() -> None:
    """Take every page's picture anew, and say which have changed."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as bare,
        serving(alone(bare)) as address,
        browser_with_own_fonts() as browser,
    ):
        for look in LOOKS:
            with opened(browser, look) as page:
                for name in PAGES:
                    picture, path = taken(page, f"{address}/{name}"), look.file(name)
                    share = share_different(read(path), picture) if path.is_file() else 1.0
                    keep(picture, path)
                    sys.stdout.write(f"{path.name}: {100 * share:.2f} % of the pixels are new\n")
    kept = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    sys.stdout.write(f"{kept / 1e6:.2f} MB in all\n")


if __name__ == "__main__":
    main()
