"""Run by the peers' own Python: the same measures from krippendorff, irrCAC, nltk, scikit-learn and qdaPy, as JSON."""

import json
import sys

import krippendorff
import numpy as np
import pandas as pd
from irrCAC.raw import CAC
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import masi_distance
from qdapy import agreement as qdapy
from sklearn.metrics import cohen_kappa_score


def of_codes(codes: list[list]) -> dict:
    """Units × coders; None is missing."""
    table = pd.DataFrame(codes, dtype=float)
    found = {
        "krippendorff alpha": krippendorff.alpha(reliability_data=table.to_numpy().T, level_of_measurement="nominal"),
        "irrCAC alpha": CAC(table).krippendorff()["est"]["coefficient_value"],
        "irrCAC ac1": CAC(table).gwet()["est"]["coefficient_value"],
        "irrCAC percent": CAC(table).gwet()["est"]["pa"],
    }
    words = table.map(lambda value: None if np.isnan(value) else f"c{value:g}")
    found |= {"qdapy alpha": qdapy.alpha(words)}
    if not table.isna().any().any():
        found |= {"qdapy ac1": qdapy.ac1(words), "qdapy percent": qdapy.percent_agreement(words)}
        if table.shape[1] == 2:
            found |= {"sklearn kappa": cohen_kappa_score(table[0], table[1]), "qdapy kappa": qdapy.kappa(words)}
            rows = [(coder, unit, words.iat[unit, coder]) for unit in range(len(words)) for coder in range(2)]
            found |= {"nltk kappa": AnnotationTask(data=rows).kappa(), "nltk alpha": AnnotationTask(data=rows).alpha()}
    return {name: float(value) for name, value in found.items()}


def of_sets(sets: list[list[list]]) -> dict:
    """Units × coders of lists of themes, none of them empty: nltk divides by zero there."""
    rows = [(str(c), str(u), frozenset(own)) for u, unit in enumerate(sets) for c, own in enumerate(unit)]
    return {"nltk masi alpha": AnnotationTask(data=rows, distance=masi_distance).alpha()}


request = json.load(sys.stdin)
print(
    json.dumps(
        {"codes": [of_codes(codes) for codes in request["codes"]], "sets": [of_sets(s) for s in request["sets"]]}
    )
)
