"""The first screen of a report, as a browser shows it."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTH, HEIGHT = 1280, 800  # dots of a common small screen


def first_screen(report: Path) -> Image.Image | None:
    """What is seen before anybody scrolls; None where there is no browser.

    Args:
        report: the HTML file.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return None
    with sync_playwright() as driver:
        window = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        view = window.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        view.goto(report.resolve().as_uri(), wait_until="load")
        shot = view.screenshot()
        window.close()
    return Image.open(io.BytesIO(shot)).convert("RGB")
