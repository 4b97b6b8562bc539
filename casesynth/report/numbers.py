"""The one registry of numbers: each with its value, the rule that it comes from, and the rows that it counts.

The texts take their numbers from here (`Values`), and `evidence.json` takes the rows behind each from here, so that a reader
can count them. A number that counts rows is their number: nobody can change one without the other.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import yaml

from casesynth.analysis import participants
from casesynth.core import results
from casesynth.core.codings import CONSENSUS
from casesynth.core.review import Review
from casesynth.report.forms import to_explorer
from casesynth.report.markdown import Markdown, escaped

WORDS = "none one two three four five six seven eight nine ten eleven twelve".split()
#: The notebooks whose tables the texts use besides those of steps 1 to 5.
STEPS = "6-figures 8-claims 9-robustness 10-agreement 11-confidence 12-findings 14-lenses 15-across-cases".split()

#: The numbers that are a count of rows of one table.
COUNTED = Path(__file__).with_name("numbers.yaml")


class Number(NamedTuple):
    """A number of the text, with the rows that it counts; a statistic or a parameter has none.

    Kinds of rows: case, coder, keypoint, theme, general, refined, finding, claim, statement, fact, group (of participants.csv).
    """

    value: Any
    rule: str
    kind: str = ""
    rows: tuple[str, ...] = ()


def count(kind: str, rows: Iterable[str], rule: str) -> Number:
    """The number of some rows."""
    rows = tuple(rows)
    return Number(len(rows), rule, kind, rows)


def in_words(number: int) -> str:
    """A count as running text has it: in words up to twelve.

    >>> in_words(7), in_words(0), in_words(36)
    ('seven', 'none', '36')
    """
    return WORDS[number] if 0 <= number < len(WORDS) else f"{number:,}"


def by_name(known: dict[str, Number], name: str) -> Number:
    """A number by its name. That of several findings (`fin-a.fin-b.supporting`) counts the cases of any of them, each once.

    >>> known = {"fin-a.supporting": count("case", ["x", "y"], ""), "fin-b.supporting": count("case", ["y", "z"], "")}
    >>> by_name(known, "fin-a.fin-b.supporting").rows
    ('x', 'y', 'z')
    """
    if name in known:
        return known[name]
    *findings, what = name.split(".")
    cases = dict.fromkeys(case for finding in findings for case in known[f"{finding}.{what}"].rows)
    return count("case", cases, f"finding-cases.csv, {what} {' or '.join(findings)}")


class Values:
    """The numbers of a text: `v("name")` gives one, as a link to the rows behind it, and notes that it was used."""

    def __init__(self, known: dict[str, Number]) -> None:
        self.known = known
        self.used: set[str] = set()

    def __call__(self, name: str) -> Markdown:
        """A number as a link."""
        value = self.raw(name)
        return to_explorer(f"{value:,}" if isinstance(value, int) else escaped(value), "number", name)

    def raw(self, name: str) -> Any:
        """The value itself, without a link."""
        self.used.add(name)
        self.known[name] = number = by_name(self.known, name)
        return number.value

    def words(self, name: str, capital: bool = False, kind: str = "number", id: str = "") -> Markdown:
        """A count in words up to twelve, as a link to the number, or to what it counts."""
        words = in_words(int(self.raw(name)))
        return to_explorer(words.capitalize() if capital else words, kind, id or name)

    def table(self) -> pd.DataFrame:
        """What the text used. Returns name, value, rule (where the value comes from)."""
        rows = [(name, *self.known[name][:2]) for name in sorted(self.used)]
        return pd.DataFrame(rows, columns=["name", "value", "rule"])


def tables(review: Review) -> dict[str, pd.DataFrame]:
    """All the result tables that the texts use, by name. Raises UserError where those of steps 1 to 5 are not written."""
    own = {name: results.read_if_there(review.name, name) for name in results.of_step(*STEPS)}
    return results.gather(review) | own


def registry(review: Review, found: dict[str, pd.DataFrame]) -> dict[str, Number]:
    """Every number that the texts may use, by name. Takes the tables of `tables`."""
    points, cells = review.keypoints, found["theme-cases"]
    marked = points.assign(
        reported=points["case"].isin(review.reported["id"]),
        themed=points["id"].isin(found["points"]["id"]),
        left=points["id"].isin(found["uncoded"]["keypoint"]),
    )
    own = {"cases": review.cases, "reported": review.reported, "keypoints": marked}
    return (
        of_rows(found | own)
        | of_facts(review)
        | of_coding(review, found)
        | of_projects(found["themes"]["theme"], cells[cells["points"].gt(0)])
        | of_general(found)
        | of_findings(found["findings"], found["finding-cases"])
        | of_people(review, found)
        | of_statistics(found)
    )


def of_rows(tables: dict[str, pd.DataFrame]) -> dict[str, Number]:
    """The numbers of `numbers.yaml` that count rows of these tables.

    >>> of_rows({"cases": pd.DataFrame({"id": ["alder", "birch"], "case_study": [True, False]})})["cases_without"].rows
    ('birch',)
    """
    known = {}
    for name, number in yaml.safe_load(COUNTED.read_text("utf-8")).items():
        kind = number["kind"]
        if number["table"] in tables:
            table = tables[number["table"]]
            rows = table.query(number["where"], engine="python") if "where" in number else table
            known[name] = count(kind, rows["id" if "id" in table else kind], number["rule"])
    return known


def of_facts(review: Review) -> dict[str, Number]:
    """The facts of facts.csv that are numbers."""
    facts = review.table("facts")
    stated = [(id, str(value)) for id, value in zip(facts["id"], facts["value"])]
    return {id: Number(int(value), f"facts.csv, {id}", "fact", (id,)) for id, value in stated if value.isdigit()}


def of_coding(review: Review, found: dict[str, pd.DataFrame]) -> dict[str, Number]:
    """The coders, the key points without a theme by heading, and the cases of each dimension of equity."""
    left, equity = found["uncoded"], review.table("equity")
    known = {"coders": count("coder", sorted(set(review.codings["coder"])), "coders with rows in codings.csv")}
    for heading in review.sets["id"]:
        own = left.loc[left["heading"].eq(heading), "keypoint"]
        known[f"left_{heading}"] = count("keypoint", own, f"uncoded-{heading}.csv, all rows")
    for dimension, part in equity[equity["coder"].eq(CONSENSUS)].groupby("dimension"):
        known[f"equity.{dimension}"] = count("case", sorted(set(part["case"])), f"equity.csv, {dimension}")
    return known


def of_general(found: dict[str, pd.DataFrame]) -> dict[str, Number]:
    """The cases of each theme above those of a heading, and how far such themes overlap."""
    known = {}
    for kind in ("general", "refined"):
        table = found[f"{kind}-themes"]
        for theme, number in zip(table[kind], table["cases"]):
            known[f"{theme}.projects"] = Number(int(number), f"{kind}-themes.csv, cases")
    pairs = found["overlaps"]
    proposed, most = pairs[pairs["proposed"].astype(bool)], pairs["overlap_points"].max() if len(pairs) else 0
    greatest = pairs[pairs["overlap_points"].eq(most)].head(1)
    rule = "overlaps.csv, the greatest overlap_points"
    return known | {
        "proposals": Number(len(proposed), "overlaps.csv, proposed", "general", both(proposed)),
        "largest_overlap": Number(f"{most:.2f}", rule, "general", both(greatest)),
    }


def both(pairs: pd.DataFrame) -> tuple[str, ...]:
    """The themes of some pairs, each once."""
    return tuple(dict.fromkeys([*pairs["one"], *pairs["other"]]))


def of_projects(themes: Iterable[str], cells: pd.DataFrame) -> dict[str, Number]:
    """The cases of each theme. Takes themes, and rows with a theme and a case that reports it."""
    cases = cells.drop_duplicates(["theme", "case"]).groupby("theme")["case"].agg(list).to_dict()
    return {f"{theme}.projects": count("case", cases.get(theme, ()), "themes-<heading>.csv, cases") for theme in themes}


def of_findings(table: pd.DataFrame, cells: pd.DataFrame) -> dict[str, Number]:
    """For each finding the cases that support, qualify or contradict it, and those that do not mention it.

    Takes findings; finding-cases (finding, case, supports, qualifies, contradicts: numbers of key points).
    """
    known = {}
    columns = {"supporting": "supports", "qualifying": "qualifies", "contradicting": "contradicts"}
    for finding in table["finding"]:
        own = cells[cells["finding"].eq(finding)]
        rows = {name: own[column].gt(0) for name, column in columns.items()}
        rows["silent"] = own[list(columns.values())].sum(axis=1).eq(0)
        for name, chosen in rows.items():
            rule = f"finding-cases.csv, {columns.get(name, 'none of the three')}"
            known[f"{finding}.{name}"] = count("case", own.loc[chosen, "case"], rule)
    return known


def of_people(review: Review, found: dict[str, pd.DataFrame]) -> dict[str, Number]:
    """Numbers of people: a range, and what the plain sum is made of; empty where the review counts nobody."""
    if "participants-total" not in found:
        return {}
    groups = participants.counted(participants.groups_of(review))
    groups = groups[groups["unit"].isin(participants.OF_PERSONS)]
    total, weight = found["participants-total"].set_index("what"), found["participants-weights"]
    largest = weight[weight["case"].ne("")].dropna(subset="sum_as_published").sort_values("sum_as_published").iloc[-1]
    whole, own = weight[weight["case"].eq("")].iloc[0], tuple(groups.loc[groups["case"].eq(largest["case"]), "id"])
    people, rule = tuple(groups.loc[groups["unit"].eq("people"), "id"]), "participants-weights.csv, "
    attended = tuple(groups.loc[groups["unit"].eq("attendances"), "id"])
    return {
        "people_interval": Number(total.loc["people", "interval"], "participants-total.csv, people", "group", people),
        "plain_sum": Number(int(whole["sum_as_published"]), f"{rule}last row", "group", tuple(groups["id"])),
        "attendances_sum": Number(int(whole["attendances"]), f"{rule}last row", "group", attended),
        "largest_case": Number(largest["name"], f"{rule}the greatest share", "group", own),
        "largest_sum": Number(int(largest["sum_as_published"]), f"{rule}the greatest share", "group", own),
    }


def of_statistics(found: dict[str, pd.DataFrame]) -> dict[str, Number]:
    """Agreement and saturation; "undefined" where there is nothing to compute them from."""
    agreement, judged, curve = found["agreement"], found["finding-agreement"], found["saturation"]
    points = agreement[
        agreement["heading"].eq("") & agreement["unit"].eq("key point") & agreement["measure"].eq("alpha")
    ]
    whole = judged[judged["finding"].eq("") & judged["stance"].eq("")]
    return {
        "agreement_coders": Number(int(agreement["coders"].max()) if len(agreement) else 0, "agreement.csv, coders"),
        "agreement_alpha_points": Number(statistic(points["value"]), "agreement.csv, key point, alpha"),
        "evidence_kappa": Number(statistic(whole["kappa"]), "finding-agreement.csv, all findings, kappa"),
        "saturation_reading": Number(
            curve["reading"].iloc[0] if len(curve) else "undefined", "saturation.csv, first row"
        ),
        "published_disputed": Number(len(found["published-disputed"]), "published-disputed.csv, all rows"),
    }


def statistic(column: pd.Series) -> str:
    """The first value with two decimals, or "undefined".

    >>> statistic(pd.Series(["0.8567"])), statistic(pd.Series(["undefined"])), statistic(pd.Series([], dtype=str))
    ('0.86', 'undefined', 'undefined')
    """
    numbers = pd.to_numeric(column, errors="coerce").dropna()
    return f"{numbers.iloc[0]:.2f}" if len(numbers) else "undefined"
