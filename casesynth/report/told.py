"""What the templates call: rows, names and sentences in the form in which they are read."""

import re
from typing import Any

import pandas as pd

from casesynth.core import levels, paths
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


def coder_of(review: Review, coding: str) -> dict[str, str] | None:
    """What coders.csv says of a coder; None where it has none of that name: nobody has coded yet."""
    own = review.coders[review.coders["id"].eq(coding)]
    return None if own.empty else own.iloc[0].to_dict()


def source_of(review: Review) -> dict | None:
    """The row of sources.csv that `published` names; None where no publication is re-run."""
    rows = review.table("sources")
    rows = rows[rows["id"].eq(review.settings.get("published", ""))]
    return None if rows.empty else rows.iloc[0].to_dict()


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


def labels(review: Review) -> dict[str, str]:
    """Finding -> a label of a few words for a picture, from narrative/labels.txt (`fin-id: the label`)."""
    file = paths.data(review.name) / "narrative" / "labels.txt"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return {id.strip(): label.strip() for id, _, label in (line.partition(":") for line in lines) if label}


def reach(row: Any, in_letters: str = "") -> Markdown:
    """How widely a finding is reported, in one line under its row of projects.

    >>> from types import SimpleNamespace
    >>> print(reach(SimpleNamespace(finding="f", supporting=3, of_cases=12, qualifying=0, contradicting=1)))
    [3 of 12 projects; 1 contradicts](explorer.html#/finding/f){.n}
    >>> print(reach(SimpleNamespace(finding="f", supporting=1, of_cases=12, qualifying=0, contradicting=0)))
    [Reported by one project of 12](explorer.html#/finding/f){.n}
    """
    words = f"{row.supporting} of {row.of_cases} projects"
    if row.supporting == 1:
        words = f"Reported by one project of {row.of_cases}"
    words += f"; {row.qualifying} qualif{'ies' if row.qualifying == 1 else 'y'}" if row.qualifying else ""
    words += f"; {row.contradicting} contradict{'s' if row.contradicting == 1 else ''}" if row.contradicting else ""
    return Markdown(to_explorer(words, "finding", row.finding) + (f". *{in_letters}*" if in_letters else ""))


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
    link = [to_explorer(escaped(row.claim), "claim", row.id, "claim") for row in rank.itertuples()]
    return rank.assign(link=link, told=rank["recomputed"]).head(most)[["link", "verdict", "told"]]


def firmness(v: Values, found: dict[str, pd.DataFrame], rated: int) -> list[Markdown]:
    """How firm the findings are as a whole, in sentences."""
    table, coders = found["findings"], found["finding-coders"]
    lost = int(table[table["supported"]]["margin"].eq(1).sum())
    lines = [
        f"{v('findings_supported')} of {v('findings')} findings are supported by at least {v.words('min_cases')} projects."
    ]
    kept = f"{'All' if not lost else int(v.raw('findings_supported')) - lost} of these stay supported"
    lines.append(f"{kept} whichever single project is left out.")
    if len(coders):
        same = coders.groupby("finding")["supported"].nunique().eq(1)
        lines.append(f"Every coding gives the same verdict on {'all' if same.all() else int(same.sum())} of them.")
    if v.known["evidence_kappa"][0] != "undefined":
        lines.append(
            f"Blind codings of the evidence by one language model agree with a kappa of {v('evidence_kappa')}: they are consistent, not independent."
        )
    confidence = "the confidence in these findings (GRADE-CERQual, Lewin et al. 2018)"
    lines.append(f"People have rated {confidence}." if rated else f"Nobody has rated {confidence}: that takes people.")
    return [Markdown(line) for line in lines]


def fragile(found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The findings whose support hangs on little. Returns finding, link, why; robust ones are left out."""
    firm, rows = found["finding-robustness"], []
    for row in found["findings"].itertuples():
        own = firm[firm["finding"].eq(row.finding) & firm["robust"].eq(False)]
        why: list[str] = [to_explorer(escaped(words), "finding", row.finding) for words in own["words"]]
        if row.contested:
            against, support = (
                to_explorer(in_words(number), "finding", row.finding) for number in (row.contradicting, row.supporting)
            )
            why.append(f"Contested: contradicted by {against} projects, supported by {support}.")
        if why:
            rows.append([row.finding, Markdown(f"[{escaped(row.statement)}](#{row.finding})"), Markdown(" ".join(why))])
    return pd.DataFrame(rows, columns=["finding", "link", "why"])


def equity(table: pd.DataFrame, values: Values) -> pd.DataFrame:
    """The groups that projects name, by dimension, the most named first. Returns name, link (the number of projects)."""
    own = table[table["cases"] > 0].sort_values("cases", ascending=False, kind="stable")
    links = []
    for row in own.itertuples():
        links.append(values(f"equity.{row.dimension}"))
    return own.assign(link=links)[["name", "link"]]


def flow(v: Values, review: Review) -> pd.DataFrame:
    """From projects to findings: every count, and what became of the rest. Returns step, link (the count), rest."""
    if review.has("findings"):
        last = f"{v('findings_supported')} supported by at least {v('min_cases')} projects"
        findings = [["Findings: sentences that answer the question", v("findings"), last]]
    else:
        findings = []
    rows = [
        ["Projects", v("cases"), f"{v('cases_reported')} with a case study, {v('cases_without')} without"],
        [
            "Coded statements (key points)",
            v("keypoints"),
            f"{v('points_reported')} of projects with a case study, {v('points_other')} of the others",
        ],
        [
            "… under headings that have themes",
            v("themed_points"),
            f"the other {v('points_unthemed')} describe projects and participants",
        ],
        [
            "… coded to a theme",
            v("points_coded"),
            f"{v('points_none')} fit no theme, {v('points_not_coded')} are not coded",
        ],
        ["Themes of a heading", v("themes"), f"{v('themes_supported')} supported"],
        ["Cross-cutting themes above them", v("general"), f"{v('general_supported')} supported"],
        ["Overarching themes above these", v("refined"), f"{v('refined_supported')} supported"],
        *findings,
    ]
    return pd.DataFrame([[step, count, Markdown(rest)] for step, count, rest in rows], columns=["step", "link", "rest"])


#: Topic of the annex -> the words in the title of the section that it belongs to.
TOPICS = {
    "method": "method|data extraction",
    "places": "results|project summ",
    "summaries": "project summ",
    "people": "participants",
    "opposed": "barriers and enablers|enablers and barriers",
    "general": "discussion",
    "sure": "limitations",
}
TITLES = {
    "method": "Method",
    "places": "Places",
    "summaries": "Key points",
    "people": "Participants",
    "opposed": "Helps and hindrances",
    "general": levels.TITLES["general"],
    "sure": "How firm is it?",
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
    for topic, words in TOPICS.items():
        place = next((each for each in own if rows.size and re.search(words, each["title"], re.I)), None)
        if place is None:
            place = chapter(f"topic-{topic}", TITLES[topic], 0, "")
            own.append(place)
        place["topics"].append(topic)
    return own


def chapter(id: str, title: str, level: int, heading: str) -> dict:
    """A chapter of the annex, without topics yet."""
    return {"id": id, "title": title, "level": level, "heading": heading, "topics": []}


def claims_of(claims: pd.DataFrame, section: str) -> pd.DataFrame:
    """The checked statements of a section, with links. Returns link, verdict."""
    own = claims[claims["section"].eq(section)]
    own = own.drop_duplicates("claim").head(200)
    return own.assign(link=[to_explorer(escaped(row.claim), "claim", row.id, "quiet") for row in own.itertuples()])


def heading_rows(found: dict[str, pd.DataFrame], heading: str) -> pd.DataFrame:
    """The themes of a heading: link, reach, points, origin, and what the published report says of each (`as_published`)."""
    own = found["themes"][found["themes"]["heading"].eq(heading)]
    published = found["published"][found["published"]["heading"].eq(heading)]
    said = {
        theme: "; ".join(in_publication(row) for row in part.itertuples()) for theme, part in published.groupby("theme")
    }
    return own.assign(
        link=[to_explorer(escaped(row.name), "theme", row.theme, "quiet") for row in own.itertuples()],
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
