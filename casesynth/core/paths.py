"""Where things are. Every other module, and every notebook, asks here.

`run` points a notebook at its folders by environment variables. A notebook that a person runs by hand
in JupyterLab reads the tables of the last `make` and writes into `results/by-hand/`, so that trying
something never changes the results.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ, WRITE = "CASESYNTH_READ", "CASESYNTH_WRITE"


def data(review: str) -> Path:
    """The folder of a review's own tables (`CASESYNTH_DATA` names another parent folder, for tests)."""
    return Path(os.environ.get("CASESYNTH_DATA", ROOT / "data")) / review


def reviews() -> list[str]:
    """The names of the reviews that there are.

    >>> reviews()
    ['mca-phase2', 'repair-cafes']
    """
    return sorted(file.parent.name for file in data("").glob("*/review.yaml"))


def next_to_data(folder: str) -> Path:
    """A folder of what is made from the data, next to them: results never go to a project whose data are not read."""
    return data("").parent / folder


def read(review: str) -> Path:
    """The folder whose `tables/` and `figures/` earlier notebooks have filled."""
    return Path(os.environ.get(READ, next_to_data("results") / review))


def write(review: str) -> Path:
    """The folder this notebook writes to."""
    return Path(os.environ.get(WRITE, next_to_data("results") / "by-hand" / review))


def figures(review: str) -> Path:
    """The folder of the figures that earlier notebooks have drawn."""
    return Path(os.environ.get("CASESYNTH_FIGURES", next_to_data("figures") / review))


def sheets() -> Path:
    """The folder of the workbooks that people edit (`CASESYNTH_SHEETS` names another, for tests)."""
    return Path(os.environ.get("CASESYNTH_SHEETS", next_to_data("sheets")))


def outline() -> Path:
    """The outline that maps are drawn on."""
    return ROOT / "data" / "geography" / "uk-outline.geojson"


def shown(path: Path) -> str:
    """A path as a user knows it: from the project's folder where it lies in there."""
    path = path.resolve()
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
