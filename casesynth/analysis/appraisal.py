"""Quality appraisal of the case studies, where a team has filled it in, and the findings without the weak ones.

`appraisal.csv` (case, criterion, judgement, reason) is optional; its criteria are in review.yaml. Whether weak
studies should be left out is disputed, so findings are shown both ways (Thomas and Harden 2008; Noyes et al. 2019).
"""

import pandas as pd

from casesynth.analysis.by_coder import every_finding
from casesynth.core.results import columns, frame
from casesynth.core.review import Review
from casesynth.core.rules import Rules


def criteria(review: Review) -> pd.DataFrame:
    """The criteria of review.yaml. Returns id, name; no row where it has none."""
    return pd.DataFrame((review.settings.get("appraisal") or {}).get("criteria", []), columns=["id", "name"])


def state(review: Review) -> str:
    """What there is of an appraisal, in a sentence."""
    if not review.has("appraisal"):
        listed = len(criteria(review))
        return (
            "No case study was appraised: appraisal.csv is empty or absent"
            + (f", though review.yaml lists {listed} criteria" if listed else ", and review.yaml lists no criteria")
            + ". No finding can be shown without weak cases."
        )
    done, all_cases = review.appraisal["case"].nunique(), len(review.reported)
    weak = weak_cases(review)
    are = "is" if len(weak) == 1 else "are"
    return f"{done} of {all_cases} case studies were appraised; {len(weak)} {are} judged weak."


def judged(review: Review) -> pd.DataFrame:
    """Judgements per case. Returns the columns of `appraisal` in results.json, and one for each criterion (empty: not judged)."""
    ids = list(criteria(review)["id"])
    if not review.has("appraisal"):
        first, name, *last = columns("appraisal")
        return pd.DataFrame(columns=[first, name, *ids, *last])
    grid = review.appraisal.pivot(index="case", columns="criterion", values="judgement")
    grid = grid.reindex(index=review.reported["id"], columns=ids).fillna("")
    weak = grid.eq("weak").sum(axis=1)
    grid.insert(0, "name", review.reported.set_index("id")["name"])
    return (
        grid.assign(weak=weak, is_weak=weak.ge(weak_from(review)))
        .rename_axis("case")
        .rename_axis(columns=None)
        .reset_index()
    )


def weak_from(review: Review) -> int:
    """From how many weak criteria on a case counts as weak (review.yaml, appraisal, weak_from; else 1)."""
    return int((review.settings.get("appraisal") or {}).get("weak_from", 1))


def weak_cases(review: Review) -> list[str]:
    """The cases judged weak, in their order."""
    table = judged(review)
    return list(table.loc[table["is_weak"].astype(bool), "case"])


def weak_names(review: Review) -> list[str]:
    """The names of the cases judged weak, in their order."""
    names = dict(zip(review.cases["id"], review.cases["name"]))
    return [names[case] for case in weak_cases(review)]


def without_weak(review: Review, coded: pd.DataFrame, rule: Rules) -> pd.DataFrame:
    """Every finding with all cases and without those judged weak.

    No row where none is judged weak: nothing would be left out. Returns the columns of `without-weak` in results.json.
    """
    weak = weak_cases(review)
    if not weak:
        return frame("without-weak")
    rest = every_finding(review, coded[~coded["case"].isin(weak)], rule)
    table = every_finding(review, coded, rule).merge(rest, on=["level", "id", "name"], suffixes=("", "_without"))
    appraised = {"appraised": review.appraisal["case"].nunique(), "of_cases": len(review.reported)}
    return table.assign(changes=table["supported"].ne(table["supported_without"]), **appraised)[columns("without-weak")]
