"""How much confidence to place in each finding: GRADE-CERQual (Lewin et al. 2018).

Four components are judged by people: methodological limitations, coherence, adequacy of data, relevance. Counts inform
those who rate (in cerqual.csv); they never rate. What is rated are the findings of the review and, only where it has
none yet, the refined themes, by their names: a definition of a theme is not a finding.
"""

import pandas as pd

from casesynth.analysis.appraisal import weak_cases
from casesynth.analysis.findings import evidence_of
from casesynth.analysis.general import parents
from casesynth.core.results import columns, frame
from casesynth.core.review import Review

NOT_ASSESSED = "not assessed"
COMPONENTS = {
    "methodological": "Methodological limitations",
    "coherence": "Coherence",
    "adequacy": "Adequacy of data",
    "relevance": "Relevance",
}


def evidence(
    review: Review, coding: str, coded: pd.DataFrame, refined: pd.DataFrame, general: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is to be rated, and what it rests on.

    Takes the codings and the tables of refined and general themes, which serve where the review has no findings.
    Returns two tables: finding, sentence; and finding, keypoint, case, heading, stance.
    """
    if review.has("findings", "finding-evidence"):
        rated = review.findings.sort_values("order")[["id", "statement"]]
        return rated.set_axis(["finding", "sentence"], axis=1), evidence_of(review, coding)
    above, own = parents(review.codebook), refined[refined["supported"]]
    supported = set(" ".join(general.loc[general["supported"], "supported_themes"]).split())
    rows = coded[coded["theme"].isin(supported)]
    rows = rows.assign(finding=rows["theme"].map(above).map(above), stance=rows["direction"])
    return own[["refined", "name"]].set_axis(["finding", "sentence"], axis=1), rows[
        rows["finding"].isin(own["refined"])
    ]


def counts(review: Review, subjects: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """What can be counted to inform a rating. Takes the two tables of `evidence`.

    Returns finding, and the last columns of `evidence-profile` in results.json, from cases to weak_cases.
    """
    names, weak = dict(zip(review.cases["id"], review.cases["name"])), set(weak_cases(review))
    table = []
    for finding in subjects["finding"]:
        part = rows[rows["finding"].eq(finding)]
        points = part[part["stance"].eq("supports")].drop_duplicates("keypoint")
        against = part.loc[part["stance"].eq("contradicts"), "keypoint"].nunique()
        most = points["case"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        largest = [names[most.index[0]], round(most.iloc[0] / len(points), 3)] if len(points) else ["", 0.0]
        reported = [len(most), len(review.reported), len(points), against]
        table.append([finding, *reported, *largest, points["heading"].nunique(), len(weak.intersection(most.index))])
    return pd.DataFrame(table, columns=["finding", *columns("evidence-profile")[-8:]])


def ratings(review: Review) -> pd.DataFrame:
    """What people rated and wrote, by finding; one that nobody rated has no row."""
    return review.cerqual.set_index("finding") if review.has("cerqual") else pd.DataFrame()


def state(review: Review) -> str:
    """Whether anybody has rated the findings and, if not, how it is done; in a sentence or two."""
    rated = ratings(review)
    if len(rated):
        return f"{len(rated)} {'finding has' if len(rated) == 1 else 'findings have'} been rated by people."
    return (
        "Nobody has rated the confidence in these findings (GRADE-CERQual, Lewin et al. 2018), so no summary of qualitative "
        "findings is shown. Raters appraise each case study in appraisal.csv, then write a row for each finding in "
        "cerqual.csv; the counts of evidence-profile.csv inform them."
    )


def evidence_profile(review: Review, subjects: pd.DataFrame, rows: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """The CERQual evidence profile: what people judged of each component and why, next to what was counted.

    Takes the tables of `evidence` and `counts`. Where nobody has rated anything, the judgements are empty; where somebody
    has, what is missing reads "not assessed". Methodological limitations and confidence are not assessed unless every
    contributing case was appraised; the explanation says so. Returns the columns of `evidence-profile` in results.json.
    """
    rated = ratings(review)
    done = set(review.table("appraisal")["case"])
    missing = NOT_ASSESSED if len(rated) else ""
    table = []
    for subject in subjects.itertuples():
        known = rated.loc[subject.finding] if subject.finding in rated.index else {}
        row = {"finding": subject.finding, "sentence": known.get("sentence", "") or subject.sentence}
        for component in COMPONENTS:
            row[component] = known.get(component, "") or missing
            row[f"{component}_reason"] = known.get(f"{component}_reason", "")
        row["confidence"] = known.get("confidence", "") or missing
        row["explanation"], row["rated_by"] = known.get("explanation", ""), known.get("rated_by", "")
        own = rows[rows["finding"].eq(subject.finding) & rows["stance"].eq("supports")]
        cases = list(dict.fromkeys(own["case"]))
        unread = [case for case in cases if case not in done]
        if len(known) and unread:
            row["methodological"] = row["confidence"] = NOT_ASSESSED
            why = f"{len(unread)} of {len(cases)} contributing case studies were not appraised"
            row["explanation"] = "; ".join(words for words in (why, row["explanation"]) if words)
        table.append(row)
    of_people = [column for column in columns("evidence-profile") if column == "finding" or column not in counted]
    return pd.DataFrame(table, columns=of_people).merge(counted, on="finding", how="left")


def summary_of_findings(review: Review, rows: pd.DataFrame, profile: pd.DataFrame) -> pd.DataFrame:
    """The CERQual summary of qualitative findings; empty where nobody has rated any.

    Takes the evidence of `evidence` and the profile. Returns the columns of `qualitative-findings` in results.json.
    """
    rated = ratings(review)
    if rated.empty:
        return frame("qualitative-findings")
    own = rows[rows["stance"].eq("supports")]
    cases = {finding: set(part) for finding, part in own.groupby("finding")["case"]}
    contributing = [
        "; ".join(review.cases.loc[review.cases["id"].isin(cases.get(finding, set())), "name"])
        for finding in profile["finding"]
    ]
    nobody = profile["finding"].isin(rated.index).map({True: "", False: "nobody has rated this finding"})
    why = ["; ".join(words for words in both if words) for both in zip(profile["explanation"], nobody)]
    return profile[["finding", "sentence", "confidence"]].assign(explanation=why, contributing=contributing)


def judged(profile: pd.DataFrame) -> pd.DataFrame:
    """The evidence profile with each component's judgement and reason in one text, as the report shows them.

    >>> row = {"coherence": "minor", "coherence_reason": "It fits.", "adequacy": "serious", "adequacy_reason": ""}
    >>> judged(pd.DataFrame([row]))[["coherence", "adequacy"]].to_dict("records")
    [{'coherence': 'minor: It fits.', 'adequacy': 'serious'}]
    """
    told = [component for component in COMPONENTS if component in profile]
    joined = {
        one: [f"{word}: {why}" if why else word for word, why in zip(profile[one], profile[f"{one}_reason"].fillna(""))]
        for one in told
    }
    return profile.assign(**joined)
