"""The numbers of the text: each with its value and the rule that it comes from."""

import pandas as pd

from casesynth.core.review import Review
from casesynth.report import sure


class Values:
    """The numbers of the text: `v("name")` gives one and notes that it was used."""

    def __init__(self, known: dict[str, tuple[object, str]]):
        self.known, self.used = known, {}

    def __call__(self, name: str) -> object:
        value, rule = self.known[name]
        self.used[name] = (value, rule)
        return f"{value:,}" if isinstance(value, int) else value

    def table(self) -> pd.DataFrame:
        """What the text used. Out: name, value, rule (where the value comes from)."""
        rows = [(name, value, rule) for name, (value, rule) in sorted(self.used.items())]
        return pd.DataFrame(rows, columns=["name", "value", "rule"])


def values(review: Review, found: dict[str, pd.DataFrame], parameters: dict) -> dict[str, tuple[object, str]]:
    """Every number that the text may use: name -> (value, the table and rule it comes from)."""
    supported, general_table, refined = found["themes"], found["general-themes"], found["refined-themes"]
    known = {
        "cases": (len(review.cases), "rows of cases.csv"),
        "cases_reported": (len(review.reported), "rows of cases.csv with case_study true"),
        "cases_without": (len(review.cases) - len(review.reported), "rows of cases.csv with case_study false"),
        "leads": (review.cases["lead"].replace("", pd.NA).nunique(), "institutions in cases.csv, column lead"),
        "nations": (review.cases["nation"].replace("", pd.NA).nunique(), "nations in cases.csv"),
        "keypoints": (len(review.keypoints), "rows of keypoints.csv"),
        "coders": (review.codings["coder"].nunique(), "coders with rows in codings.csv"),
        "headings": (len(review.headings), "headings of review.yaml"),
        "themed_headings": (
            len(review.sets),
            "headings of review.yaml with themed true, a group under themed_together as one",
        ),
        "themes": (len(supported), "themes-<heading>.csv, all rows"),
        "themes_supported": (int(supported["supported"].sum()), "themes-<heading>.csv, supported"),
        "themes_published": (int(supported["origin"].eq("published").sum()), "themes-<heading>.csv, origin published"),
        "themes_published_supported": (
            int((supported["origin"].eq("published") & supported["supported"]).sum()),
            "themes-<heading>.csv, origin published and supported",
        ),
        "general": (len(general_table), "general-themes.csv, all rows"),
        "general_supported": (int(general_table["supported"].sum()), "general-themes.csv, supported"),
        "general_ungrouped": (
            int(general_table["supported_ungrouped"].sum()),
            "general-themes.csv, supported_ungrouped",
        ),
        "general_grouped": (int(general_table["supported_grouped"].sum()), "general-themes.csv, supported_grouped"),
        "refined": (len(refined), "refined-themes.csv, all rows"),
        "refined_supported": (int(refined["supported"].sum()), "refined-themes.csv, supported"),
        "proposals": (int(found["overlaps"]["proposed"].sum()), "overlaps.csv, proposed"),
        "largest_overlap": (
            f"{found['overlaps']['overlap_points'].max() if len(found['overlaps']) else 0:.2f}",
            "overlaps.csv, the greatest overlap_points",
        ),
        "themed_points": (len(found["points"]), "keypoints.csv, those of themed headings"),
        "points_none": (int(found["uncoded"]["state"].eq("none").sum()), "uncoded-<heading>.csv, state none"),
        "points_not_coded": (int(found["uncoded"]["state"].eq("not coded").sum()), "uncoded-<heading>.csv, not coded"),
    }
    for heading in review.sets["id"]:
        left = int(found["uncoded"]["heading"].eq(heading).sum())
        known[f"left_{heading}"] = (left, f"uncoded-{heading}.csv, all rows")
    published = found["published"]
    compared = published[(published["named"] > 0) & published["extent"].ne("all")]
    of_all = published[published["extent"].eq("all")]
    known |= {
        "statements": (len(found["published"]), "published-<heading>.csv, all rows"),
        "statements_compared": (len(compared), "published-<heading>.csv, those that name projects"),
        "statements_full": (
            int(compared["named"].eq(compared["found"]).sum()),
            "published-<heading>.csv, found equal to named",
        ),
        "statements_none": (int(compared["found"].eq(0).sum()), "published-<heading>.csv, found 0"),
        "statements_all": (len(of_all), "published-<heading>.csv, extent all"),
        "statements_all_full": (
            int(of_all["named"].eq(of_all["found"]).sum()),
            "published-<heading>.csv, extent all, found equal to named",
        ),
    }
    known |= {name: (value, "parameters of this run") for name, value in parameters.items()}
    known |= sure.values(found) if "robustness" in found else {}
    if "participants-total" in found:
        total = found["participants-total"].set_index("what")
        weight = found["participants-weights"]
        whole = weight[weight["case"].eq("")].iloc[0]
        largest = (
            weight[weight["case"].ne("")].dropna(subset="sum_as_published").sort_values("sum_as_published").iloc[-1]
        )
        known |= {
            "persons_interval": (total.loc["all together", "interval"], "participants-total.csv, all together"),
            "people_interval": (total.loc["people", "interval"], "participants-total.csv, people"),
            "persons_sum": (
                int(total.loc["all together", "sum_as_published"]),
                "participants-total.csv, sum_as_published",
            ),
            "attendance_share": (f"{whole['attendance_share']:.0%}", "participants-weights.csv, last row"),
            "largest_case": (largest["name"], "participants-weights.csv, the greatest share"),
            "largest_share": (f"{largest['share']:.0%}", "participants-weights.csv, the greatest share"),
        }
    return known
