"""What the templates call: rows, names and sentences in the form in which they are read."""

import re
from typing import Any

import pandas as pd

from casesynth.core import codings, levels
from casesynth.core.review import Review
from casesynth.report.forms import to_explorer
from casesynth.report.markdown import Markdown, escaped
from casesynth.report.numbers import Values, in_words
from casesynth.report.pictures import BAR

#: The role of a claim that the headline counts (the ledger's word).
STATEMENT = "statement"
#: Verdicts that a reader of the published report should know of, the worst first.
SEVERE = [verdict for verdict in reversed(BAR) if verdict.startswith(("contradicted", "not borne", "not reproduced"))]


def changed(review: Review, parameters: dict) -> list[str]:
    """The parameters of this run that are not those of review.yaml, each as name = value (and its own)."""
    own = {"coding": review.settings["coding"]} | review.settings["parameters"]
    return [f"{name} = {parameters[name]} (there: {own[name]})" for name in own if parameters.get(name) != own[name]]


def row_of(table: pd.DataFrame, id: str) -> dict | None:
    """The row of an id; None where the table has none: nobody of that name has coded, or no publication is re-run."""
    own = table[table["id"].eq(id)]
    return None if own.empty else own.iloc[0].to_dict()


def linked(table: pd.DataFrame, words: str, kind: str, id: str = "id", style: str = "quiet") -> list[Markdown]:
    """The texts of a column as links to what its rows are."""
    return [to_explorer(escaped(text), kind, one, style) for text, one in zip(table[words], table[id])]


def authors(source: dict | None) -> str:
    """The authors of a publication in short.

    >>> authors({"authors": "Mughal, R., Reynolds, R., & Coulter, A."}), authors({"authors": "UKRI"}), authors(None)
    ('Mughal et al.', 'UKRI', '')
    """
    named = [name for name in re.split(r",\s*", source["authors"]) if len(name.rstrip(".")) > 2] if source else []
    return f"{named[0]} et al." if len(named) > 1 else "".join(named)


def key(letters: dict[str, str], names: dict[str, str]) -> Markdown:
    """The key to the letters, in one line."""
    return Markdown(
        " · ".join(
            f"**{letter}** {to_explorer(escaped(names[case]), 'case', case, 'quiet')}"
            for case, letter in letters.items()
        )
    )


#: What the line under a finding counts: a verb for several and for one project, and the squares that say so.
SIDES = [
    ("support it", "supports it", ("supports", "both")),
    ("only qualify it", "only qualifies it", ("qualifies",)),
    ("contradict it", "contradicts it", ("contradicts", "both")),
]


def reach(finding: str, marks: dict[str, str], letters: dict[str, str], named: bool) -> Markdown:
    """How widely a finding is reported: its squares, counted; with their letters where no picture can name them.

    >>> marks, letters = {"a": "supports", "b": "both", "c": "qualifies"}, dict(zip("abcd", "ABCD"))
    >>> print(reach("f", marks, letters, named=False))
    [2 of 4 projects support it; 1 only qualifies it; 1 contradicts it](explorer.html#/finding/f){.n}
    >>> print(reach("f", {"a": "supports"}, letters, named=True))
    [1 of 4 projects supports it (A)](explorer.html#/finding/f){.n}
    """
    parts: list[str] = []
    for several, one, squares in SIDES:
        own = [letter for case, letter in letters.items() if marks.get(case) in squares]
        if not own and parts:
            continue
        of = f" of {len(letters)} projects" if not parts else ""
        who = f" ({', '.join(own)})" if named and own else ""
        parts.append(f"{len(own)}{of} {one if len(own) == 1 else several}{who}")
    return to_explorer("; ".join(parts), "finding", finding)


def statements_of(claims: pd.DataFrame) -> pd.DataFrame:
    """The claims that the headline counts: statements of the report, each once."""
    return claims[claims["role"].eq(STATEMENT)]


def weighty(claims: pd.DataFrame, most: int = 8) -> pd.DataFrame:
    """The statements that matter most and did not come out as stated, by consequence and then by verdict.

    For a review whose narrative does not choose them. Returns link, verdict, told.
    """
    rows = statements_of(claims)
    rows = rows[rows["verdict"].isin(SEVERE)]
    rank = rows.assign(rank=rows["verdict"].map(SEVERE.index)).sort_values(
        ["consequence", "rank"], ascending=[False, True], kind="stable"
    )
    link = linked(rank, "claim", "claim", style="claim")
    return rank.assign(link=link, told=rank["recomputed"]).head(most)[["link", "verdict", "told"]]


def by_model(review: Review) -> bool:
    """Whether a language model coded the review, by what coders.csv says."""
    return codings.by_model(review.coders[review.coders["id"].isin(review.codings["coder"])])


def fragile(found: dict[str, pd.DataFrame]) -> dict[str, Markdown]:
    """The findings whose support hangs on little, or that are contested, and why; robust ones are left out."""
    firm, reasons = found["finding-robustness"], {}
    for row in found["findings"].itertuples():
        own = firm[firm["finding"].eq(row.finding) & firm["robust"].eq(False)]
        why: list[str] = [to_explorer(escaped(words), "finding", row.finding) for words in own["words"]]
        if row.contested:
            numbers = (in_words(number) for number in (row.contradicting, row.supporting))
            against, support = (to_explorer(words, "finding", row.finding) for words in numbers)
            why.append(f"Contested: contradicted by {against} projects, supported by {support}.")
        if why:
            reasons[row.finding] = Markdown(" ".join(why))
    return reasons


def equity(table: pd.DataFrame, values: Values) -> pd.DataFrame:
    """The groups that projects name, by dimension, the most named first. Returns name, link (the number of projects)."""
    own = table[table["cases"] > 0].sort_values("cases", ascending=False, kind="stable")
    return own.assign(link=[values(f"equity.{dimension}") for dimension in own["dimension"]])[["name", "link"]]


#: Topic of the annex -> the words in the title of the section that it belongs to, and its own title where there is none.
TOPICS = {
    "method": ("method|data extraction", "Method"),
    "places": ("results|project summ", "Places"),
    "summaries": ("project summ", "Key points"),
    "people": ("participants", "Participants"),
    "opposed": ("barriers and enablers|enablers and barriers", "Helps and hindrances"),
    "general": ("discussion", levels.TITLES["general"]),
    "sure": ("limitations", "How firm is it?"),
}


def sections(review: Review) -> list[dict]:
    """The chapters of the annex: the sections of the published report in its order, then what has no place there.

    Returns a list of id, title, level (0 for a chapter, 1 under it), heading (the set of headings whose themes belong here), topics.
    """
    sets = review.sets.to_dict("records")
    by_section = {part["themes_section"]: part["id"] for part in sets if part.get("themes_section")}
    rows = review.table("sections")
    rows = rows[rows["source"].eq(review.settings.get("published", ""))].sort_values("order")
    own = []
    for row in rows.to_dict("records"):
        if title := str(row["title_contents"] or row["title_body"] or "").rstrip(":").strip():
            level = row["id"].count("-") if re.match(r"s\d", row["id"]) else 0
            own.append(chapter(row["id"], title, min(level, 1), by_section.get(row["id"], "")))
    there = {each["heading"] for each in own}
    own += [chapter(part["id"], part["name"], 0, part["id"]) for part in sets if part["id"] not in there]
    for topic, (words, title) in TOPICS.items():
        place = next((each for each in own if rows.size and re.search(words, each["title"], re.I)), None)
        if place is None:
            place = chapter(f"topic-{topic}", title, 0, "")
            own.append(place)
        place["topics"].append(topic)
    return own


def chapter(id: str, title: str, level: int, heading: str) -> dict:
    """A chapter of the annex, without topics yet."""
    return {"id": id, "title": title, "level": level, "heading": heading, "topics": []}


def claims_of(claims: pd.DataFrame, section: str) -> pd.DataFrame:
    """The checked statements of a section, with links. Returns link, verdict."""
    own = claims[claims["section"].eq(section)].drop_duplicates("claim").head(200)
    return own.assign(link=linked(own, "claim", "claim"))


def heading_rows(found: dict[str, pd.DataFrame], heading: str) -> pd.DataFrame:
    """The themes of a heading: link, reach, points, origin, and what the published report says of each (`as_published`)."""
    own = found["themes"][found["themes"]["heading"].eq(heading)]
    published = found["published"][found["published"]["heading"].eq(heading)]
    said = {
        theme: "; ".join(in_publication(row) for row in part.itertuples()) for theme, part in published.groupby("theme")
    }
    return own.assign(
        link=linked(own, "name", "theme", "theme"),
        reach=[f"{row.cases} of {row.of_cases}" for row in own.itertuples()],
        as_published=[said.get(theme, "not in the report") for theme in own["theme"]],
    ).sort_values("cases", ascending=False, kind="stable")


def in_publication(statement: Any) -> str:
    """How the published report supports a theme, in short.

    >>> from types import SimpleNamespace
    >>> in_publication(SimpleNamespace(extent="examples", named=3, found=2, quantifier=""))
    '3 named as examples, 2 of them coded so'
    """
    word = f"“{statement.quantifier}”: " if statement.quantifier and statement.extent != "all" else ""
    named = {
        "all": f"“all projects”, {statement.found} coded so",
        "unnamed": "no project named",
        "list": f"{statement.named} listed, {statement.found} of them coded so",
        "examples": f"{statement.named} named as examples, {statement.found} of them coded so",
    }[statement.extent]
    return word + named
