"""What the tests share: projects to run make in, invented reviews, and the notebooks without kernels."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: An invented review of three gardens.
TINY = ROOT / "tests/support/reviews/tiny"
#: The schema that every review shares.
SCHEMA = ROOT / "data/mca-phase2/datapackage.json"
