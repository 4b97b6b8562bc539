"""How much confidence to place in each finding: GRADE-CERQual (Lewin et al. 2018).

Four components are judged by people: methodological limitations, coherence, adequacy of data, relevance. What is
counted here stands beside them to inform those who rate (in cerqual.csv); it never rates.
"""

import pandas as pd

from casesynth.analysis.appraisal import weak_cases
from casesynth.analysis.general import parents
from casesynth.core.results import columns
from casesynth.core.review import Review

NOT_ASSESSED = "not assessed"
COMPONENTS = {
    "methodological": "Methodological limitations",
    "coherence": "Coherence",
    "adequacy": "Adequacy of data",
    "relevance": "Relevance",
}


def ratings(review: Review) -> pd.DataFrame:
    """What people rated and wrote, by refined theme; a theme that nobody rated has no row."""
    return review.cerqual.set_index("finding") if review.has("cerqual") else pd.DataFrame()


def not_appraised(review: Review, cases: list[str]) -> list[str]:
    """Those of the cases that nobody has appraised: methodological limitations and confidence rest on all of them."""
    done = set(review.appraisal["case"]) if review.has("appraisal") else set()
    return [case for case in cases if case not in done]


def sentence(theme, cases: int, of_cases: int, rated: pd.DataFrame) -> str:
    """The finding in a sentence: people's own from cerqual.csv, else the theme's definition, with its reach.

    >>> from types import SimpleNamespace
    >>> theme = SimpleNamespace(refined="r", definition="Trust carries the work.", headings="Methods; Enablers")
    >>> sentence(theme, 9, 12, pd.DataFrame())
    'Trust carries the work. (Reported by 9 of 12 projects, under Methods and Enablers.)'
    """
    own = rated.get("sentence", pd.Series(dtype=str)).get(theme.refined, "") or theme.definition
    *first, last = theme.headings.split("; ")
    under = ", ".join(first) + " and " + last if first else last
    return f"{own} (Reported by {cases} of {of_cases} projects, under {under}.)"


def counts(review: Review, coded: pd.DataFrame, refined: pd.DataFrame, general: pd.DataFrame) -> pd.DataFrame:
    """What can be counted beside each standing refined theme, to inform a rating.

    In: the tables of general.refined_themes and general.general_themes. Out: refined, cases, of_cases, points,
    contradicting (key points against a theme under it), largest_case and largest_share (of its key points: how
    concentrated it is), headings (number), themes (standing heading themes under it), weak_cases (of those that carry
    it).
    """
    above = parents(review.codebook)
    supported = set(" ".join(general.loc[general["supported"], "supported_themes"]).split())
    own = coded.assign(refined=coded["theme"].map(above).map(above))
    under = own[own["theme"].isin(supported)]
    names, weak = dict(zip(review.cases["id"], review.cases["name"])), set(weak_cases(review))
    of_cases = review.themed_points["case"].nunique()
    rows = []
    for theme in refined[refined["supported"]].itertuples():
        part = under[under["refined"].eq(theme.refined)]
        against = part.loc[part["direction"].eq("contradicts"), "keypoint"].nunique()
        points = part[part["direction"].eq("supports")].drop_duplicates("keypoint")
        most = points["case"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        cases = set(points["case"])
        rows.append(
            [theme.refined, len(cases), of_cases, len(points), against,
             names[most.index[0]], round(most.iloc[0] / len(points), 3),
             theme.in_headings, part["theme"].nunique(), len(cases & weak)]
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["refined", *columns("evidence-profile")[-9:]])


def evidence_profile(review: Review, refined: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """The CERQual evidence profile: what people judged of each component and why, beside what was counted.

    Out: refined, name, finding, then for each component its judgement and reason ("not assessed" where there is none),
    confidence, explanation, rated_by, and the columns of `counts`. Methodological limitations and confidence are "not
    assessed", whatever stands in cerqual.csv, unless every contributing case was appraised; the explanation says so.
    """
    rated, rows = ratings(review), []
    for theme in refined[refined["supported"]].merge(counted[["refined", "of_cases"]], on="refined").itertuples():
        row = {"refined": theme.refined, "name": theme.name}
        row["finding"] = sentence(theme, theme.cases, theme.of_cases, rated)
        known = rated.loc[theme.refined] if theme.refined in rated.index else {}
        for component in COMPONENTS:
            row[component] = known.get(component, "") or NOT_ASSESSED
            row[f"{component}_reason"] = known.get(f"{component}_reason", "")
        row["confidence"] = known.get("confidence", "") or NOT_ASSESSED
        row["explanation"], row["rated_by"] = known.get("explanation", ""), known.get("rated_by", "")
        cases = theme.with_cases.split()
        if missing := not_appraised(review, cases):
            row["methodological"] = row["confidence"] = NOT_ASSESSED
            why = f"{len(missing)} of {len(cases)} contributing case studies were not appraised"
            row["explanation"] = "; ".join(words for words in (why, row["explanation"]) if words)
        rows.append(row)
    of_people = [column for column in columns("evidence-profile") if column == "refined" or column not in counted]
    table = pd.DataFrame(rows, columns=of_people)
    return table.merge(counted, on="refined", how="left")


def summary_of_findings(review: Review, refined: pd.DataFrame, profile: pd.DataFrame) -> pd.DataFrame:
    """The CERQual summary of qualitative findings. Out: refined, finding, confidence, explanation, contributing
    (cases)."""
    names = dict(zip(review.cases["id"], review.cases["name"]))
    carry = dict(zip(refined["refined"], refined["with_cases"]))
    contributing = ["; ".join(names[case] for case in carry[theme].split()) for theme in profile["refined"]]
    nobody = profile["refined"].isin(ratings(review).index).map({True: "", False: "nobody has rated this finding"})
    why = ["; ".join(words for words in both if words) for both in zip(profile["explanation"], nobody)]
    return profile[["refined", "finding", "confidence"]].assign(explanation=why, contributing=contributing)


def judged(profile: pd.DataFrame) -> pd.DataFrame:
    """The evidence profile with each component's judgement and reason in one text, as the report shows them.

    >>> row = {"coherence": "minor", "coherence_reason": "It fits.", "adequacy": "serious", "adequacy_reason": ""}
    >>> judged(pd.DataFrame([row]))[["coherence", "adequacy"]].to_dict("records")
    [{'coherence': 'minor: It fits.', 'adequacy': 'serious'}]
    """
    told = [component for component in COMPONENTS if component in profile]
    return profile.assign(
        **{
            one: [
                f"{word}: {why}" if why else word
                for word, why in zip(profile[one], profile[f"{one}_reason"].fillna(""))
            ]
            for one in told
        }
    )
