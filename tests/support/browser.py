"""Chromium by ChromeDriver, without a network."""

import shutil
import time
from collections.abc import Callable, Iterator
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


def soon(true: Callable[[], object], seconds: float = 10) -> bool:
    """Whether something becomes true: a page draws itself anew after a key or a click, and the driver does not wait."""
    from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException

    end = time.monotonic() + seconds
    while True:
        try:
            if true():
                return True
        except (NoSuchElementException, StaleElementReferenceException):
            pass  # drawn anew while we looked
        if time.monotonic() > end:
            return False
        time.sleep(0.02)


def in_focus(page, what: str = "textContent") -> str | None:
    """An attribute or a property of the element that has the focus, read in one step."""
    return page.execute_script(
        "const e = document.activeElement; return e.getAttribute(arguments[0]) ?? e[arguments[0]]", what
    )


def press(page, key: str) -> None:
    """Press a key wherever the focus is now."""
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(page).send_keys(key).perform()
