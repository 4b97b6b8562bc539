"""The numbers of the text: each with its value and the rule that it comes from."""

import pandas as pd

from casesynth.core.review import Review
from casesynth.report.forms import to_explorer
from casesynth.report.markdown import Markdown, escaped

WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()


def in_words(number: int) -> str:
    """A count as running text has it: in words up to twelve.

    >>> in_words(7), in_words(0), in_words(36)
    ('seven', 'no', '36')
    """
    return WORDS[number] if 0 <= number < len(WORDS) else f"{number:,}"


class Values:
    """The registry of numbers: `v("name")` gives one, as a link to the rows behind it, and notes that it was used."""

    def __init__(self, known: dict[str, tuple[object, str]]) -> None:
        self.known, self.used = known, {}

    def __call__(self, name: str) -> Markdown:
        """A number as a link."""
        value = self.raw(name)
        return to_explorer(f"{value:,}" if isinstance(value, int) else escaped(value), "number", name)

    def raw(self, name: str) -> object:
        """The value itself, without a link."""
        self.used[name] = self.known[name]
        return self.known[name][0]

    def words(self, name: str, capital: bool = False) -> Markdown:
        """A count in words up to twelve, as a link."""
        words = in_words(int(self.raw(name)))
        return to_explorer(words.capitalize() if capital else words, "number", name)

    def enter(self, name: str, value: object, rule: str) -> None:
        """A number that prose asked for by a macro."""
        self.known[name] = self.used[name] = (value, rule)

    def table(self) -> pd.DataFrame:
        """What the text used. Returns name, value, rule (where the value comes from)."""
        rows = [(name, value, rule) for name, (value, rule) in sorted(self.used.items())]
        return pd.DataFrame(rows, columns=["name", "value", "rule"])


def values(review: Review, found: dict[str, pd.DataFrame], parameters: dict) -> dict[str, tuple[object, str]]:
    """Every number that the text may use: name -> (value, the table and rule it comes from)."""
    known = of_data(review, found) | of_themes(review, found) | of_publication(found) | of_findings(found)
    known |= {name: (value, "parameters of this run") for name, value in parameters.items()}
    if "participants-total" in found:
        known |= of_people(found)
    if "barriers-enablers" in found:
        known["both_ways"] = (int(found["barriers-enablers"]["both"].eq(True).sum()), "barriers-enablers.csv, both")
    return known | of_robustness(found)


def of_data(review: Review, found: dict[str, pd.DataFrame]) -> dict[str, tuple[object, str]]:
    """Numbers of cases and key points, and what became of every key point."""
    reported = set(review.reported["id"])
    state, themed = found["uncoded"]["state"], found["points"]
    none, not_coded = int(state.eq("none").sum()), int(state.eq("not coded").sum())
    of_reported = int(review.keypoints["case"].isin(reported).sum())
    known = {
        "cases": (len(review.cases), "rows of cases.csv"),
        "cases_reported": (len(reported), "rows of cases.csv with case_study true"),
        "cases_without": (len(review.cases) - len(reported), "rows of cases.csv with case_study false"),
        "leads": (review.cases["lead"].replace("", pd.NA).nunique(), "institutions in cases.csv, column lead"),
        "keypoints": (len(review.keypoints), "rows of keypoints.csv"),
        "points_reported": (of_reported, "keypoints.csv, those of projects with a case study"),
        "points_other": (len(review.keypoints) - of_reported, "keypoints.csv, those of projects without a case study"),
        "coders": (review.codings["coder"].nunique(), "coders with rows in codings.csv"),
        "themed_headings": (
            len(review.sets),
            "headings of review.yaml with themed true, a group under themed_together as one",
        ),
        "themed_points": (len(themed), "keypoints.csv, those of themed headings"),
        "points_unthemed": (len(review.keypoints) - len(themed), "keypoints.csv, those of headings without themes"),
        "points_coded": (
            len(themed) - none - not_coded,
            "keypoints.csv, those of themed headings less uncoded-<heading>.csv",
        ),
        "points_none": (none, "uncoded-<heading>.csv, state none"),
        "points_not_coded": (not_coded, "uncoded-<heading>.csv, not coded"),
    }
    for heading in review.sets["id"]:
        left = int(found["uncoded"]["heading"].eq(heading).sum())
        known[f"left_{heading}"] = (left, f"uncoded-{heading}.csv, all rows")
    return known


def of_themes(review: Review, found: dict[str, pd.DataFrame]) -> dict[str, tuple[object, str]]:
    """Numbers of themes at each level, and of those that are supported."""
    themes, general, refined, overlaps = (
        found[name] for name in ("themes", "general-themes", "refined-themes", "overlaps")
    )
    published = themes["origin"].eq("published")
    greatest = overlaps["overlap_points"].max() if len(overlaps) else 0
    return {
        "themes": (len(themes), "themes-<heading>.csv, all rows"),
        "themes_supported": (int(themes["supported"].sum()), "themes-<heading>.csv, supported"),
        "themes_published": (int(published.sum()), "themes-<heading>.csv, origin published"),
        "themes_published_supported": (
            int((published & themes["supported"]).sum()),
            "themes-<heading>.csv, origin published and supported",
        ),
        "general": (len(general), "general-themes.csv, all rows"),
        "general_supported": (int(general["supported"].sum()), "general-themes.csv, supported"),
        "general_ungrouped": (int(general["supported_ungrouped"].sum()), "general-themes.csv, supported_ungrouped"),
        "general_grouped": (int(general["supported_grouped"].sum()), "general-themes.csv, supported_grouped"),
        "refined": (len(refined), "refined-themes.csv, all rows"),
        "refined_supported": (int(refined["supported"].sum()), "refined-themes.csv, supported"),
        "proposals": (int(overlaps["proposed"].sum()), "overlaps.csv, proposed"),
        "largest_overlap": (f"{greatest:.2f}", "overlaps.csv, the greatest overlap_points"),
    }


def of_publication(found: dict[str, pd.DataFrame]) -> dict[str, tuple[object, str]]:
    """Numbers of published statements of themes, and of claims."""
    published, claims = found["published"], found["claims"]
    compared = published[(published["named"] > 0) & published["extent"].ne("all")]
    of_all = published[published["extent"].eq("all")]
    full, of_all_full = (int(part["named"].eq(part["found"]).sum()) for part in (compared, of_all))
    rule = "published-<heading>.csv, "
    return {
        "statements": (len(published), f"{rule}all rows"),
        "statements_compared": (len(compared), f"{rule}those that name projects"),
        "statements_full": (full, f"{rule}found equal to named"),
        "statements_none": (int(compared["found"].eq(0).sum()), f"{rule}found 0"),
        "statements_all": (len(of_all), f"{rule}extent all"),
        "statements_all_full": (of_all_full, f"{rule}extent all, found equal to named"),
        "claims": (int(claims["role"].eq("statement").sum()), "claims.csv, role statement"),
    }


def of_findings(found: dict[str, pd.DataFrame]) -> dict[str, tuple[object, str]]:
    """Numbers of findings and of the judgements behind them."""
    table, evidence = found["findings"], found["finding-evidence"]
    agreed = found["finding-agreement"]
    whole = agreed[agreed["finding"].eq("") & agreed["stance"].eq("")]["kappa"] if len(agreed) else []
    return {
        "findings": (len(table), "findings.csv, all rows"),
        "findings_supported": (int(table["supported"].sum()), "findings.csv, supported"),
        "evidence": (len(evidence), "finding-evidence.csv, all rows"),
        "evidence_kappa": (
            f"{float(whole.iloc[0]):.2f}" if len(whole) else "undefined",
            "finding-agreement.csv, all findings, kappa",
        ),
    }


def of_people(found: dict[str, pd.DataFrame]) -> dict[str, tuple[object, str]]:
    """Numbers of people: ranges, and what the plain sum is made of."""
    total, weight = found["participants-total"].set_index("what"), found["participants-weights"]
    whole = weight[weight["case"].eq("")].iloc[0]
    own = weight[weight["case"].ne("")].dropna(subset="sum_as_published").sort_values("sum_as_published")
    largest = own.iloc[-1]
    return {
        "persons_interval": (total.loc["all together", "interval"], "participants-total.csv, all together"),
        "people_interval": (total.loc["people", "interval"], "participants-total.csv, people"),
        "persons_sum": (int(total.loc["all together", "sum_as_published"]), "participants-total.csv, sum_as_published"),
        "attendance_share": (f"{whole['attendance_share']:.0%}", "participants-weights.csv, last row"),
        "largest_case": (largest["name"], "participants-weights.csv, the greatest share"),
        "largest_share": (f"{largest['share']:.0%}", "participants-weights.csv, the greatest share"),
    }


def of_robustness(found: dict[str, pd.DataFrame]) -> dict[str, tuple[object, str]]:
    """Numbers of the annex on coders, saturation and co-occurrence; empty where those notebooks have not run."""
    if "agreement" not in found:
        return {}
    agreement, saturation = found["agreement"], found["saturation"]
    overall = agreement[agreement["heading"].eq("")].set_index(["unit", "measure"])["value"] if len(agreement) else {}
    alpha = overall.get(("key point", "alpha"), "undefined")
    alpha = alpha if alpha in ("", "undefined") or pd.isna(alpha) else f"{float(alpha):.2f}"
    return {
        "agreement_coders": (int(agreement["coders"].iloc[0]) if len(agreement) else 0, "agreement.csv, coders"),
        "agreement_alpha_points": (alpha, "agreement.csv, key point, alpha"),
        "agreement_differences": (len(found["coder-differences"]), "coder-differences.csv, all rows"),
        "saturation_reading": (
            saturation.iloc[0]["reading"] if len(saturation) else "undefined",
            "saturation.csv, first row",
        ),
        "published_disputed": (len(found["published-disputed"]), "published-disputed.csv, all rows"),
    }
