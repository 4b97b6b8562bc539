"""Independent packages give the same statistics (make peers)."""

import json
import subprocess

import numpy as np
import pytest

from casesynth.analysis import agreement
from casesynth.core import paths

PEER = paths.ROOT / "build" / "peers" / "statistics"


@pytest.mark.long
def test_independent_packages_agree():
    if not PEER.with_suffix(".installed").exists():
        pytest.skip("krippendorff, irrCAC, nltk, scikit-learn, qdaPy are NOT INSTALLED: `make peers` installs them")
    random = np.random.default_rng(5)
    two = [(random.random((50, 2)) < share).astype(float) for share in (0.1, 0.5, 0.9)]
    many = (random.random((80, 5)) < 0.4).astype(float)
    many[random.random(many.shape) < 0.25] = np.nan
    codes = [*two, many, (random.random((40, 3)) < 0.3).astype(float)]
    sets = [
        [[[*random.choice(list("abcd"), random.integers(1, 4), replace=False)] for _ in range(2)] for _ in range(30)]
    ]
    request = {"codes": [[[None if np.isnan(v) else v for v in row] for row in c] for c in codes], "sets": sets}
    script = paths.ROOT / "tests" / "peers" / "statistics_peer.py"
    done = subprocess.run(
        [PEER / "bin" / "python", "-W", "ignore", script],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answers, compared = json.loads(done.stdout), set()
    for own, theirs in zip(codes, answers["codes"]):
        ours = agreement.measures(own)
        for name, value in theirs.items():
            package, measure = name.split(" ")
            tolerance = 6e-6 if package == "irrCAC" else 1e-9  # irrCAC rounds to five places
            assert abs(ours[measure] - value) < tolerance, (name, ours[measure], value)
            compared.add(name)
    assert {name.split(" ")[0] for name in compared} == {"krippendorff", "irrCAC", "nltk", "sklearn", "qdapy"}
    frozen = [[frozenset(own) for own in unit] for unit in sets[0]]
    # nltk writes 2/3 and 1/3 as 0.67 and 0.33.
    assert abs(agreement.set_alpha(frozen) - answers["sets"][0]["nltk masi alpha"]) < 0.006
