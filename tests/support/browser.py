"""Chromium by ChromeDriver, without a network."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BROWSER = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
DRIVER = shutil.which("chromedriver")
MISSING = "no Chromium with ChromeDriver here: the pages were NOT tried in a browser"
OPTIONS = "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking"
OPTIONS += " disable-component-update disable-sync"


@contextmanager
def chromium(folder: Path) -> Iterator:
    """A browser with a profile of its own in a folder. Skips the test where there is none."""
    import pytest
    from selenium import webdriver

    if not (BROWSER and DRIVER):
        pytest.skip(MISSING)
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for option in OPTIONS.split():
        options.add_argument(f"--{option}")
    options.add_argument(f"--user-data-dir={folder / 'browser'}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()
