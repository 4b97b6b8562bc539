"""What the report's template calls: rows, names and places in the form in which they are read."""

import pandas as pd

from casesynth.analysis import themes
from casesynth.core import paths
from casesynth.core.review import Review
from casesynth.core.text import section_name
from casesynth.report.markdown import Markdown, escaped


def theme_columns(published: str) -> tuple[dict[str, str], list[int]]:
    """The columns of `heading_rows` that the report shows, and their widths: without a print, none about it."""
    if not published:
        return {"link": "Theme", "recomputed": "Projects", "points": "Key points", "supported": "Stands"}, [
            52,
            16,
            16,
            16,
        ]
    columns = {"link": "Theme", "origin": "Origin", "recomputed": "Projects, recomputed", "points": "Key points"}
    columns |= {"supported": "Stands", "as_published": "As printed", "reading": "Print beside coding"}
    return columns, [26, 11, 11, 8, 8, 16, 22]


def heading_rows(found: dict[str, pd.DataFrame], heading: str) -> pd.DataFrame:
    """The themes of a heading, as the report shows them, with what is printed where there is a print."""
    own = found["themes"][found["themes"]["heading"].eq(heading)]
    published = found["published"][found["published"]["heading"].eq(heading)]
    as_published, reading = {}, {}
    for theme, part in published.groupby("theme"):
        as_published[theme] = "; ".join(in_publication(row) for row in part.itertuples())
        reading[theme] = "; ".join(dict.fromkeys(part["reading"]))
    return own.assign(
        link=[f"[{escaped(row.name)}](#{row.theme})" for row in own.itertuples()],
        recomputed=[f"{row.cases} of {row.of_cases}" for row in own.itertuples()],
        as_published=[as_published.get(theme, "not in the report") for theme in own["theme"]],
        reading=[reading.get(theme, "") for theme in own["theme"]],
    )


def in_publication(statement) -> str:
    """How the print supports a theme, in short.

    >>> from types import SimpleNamespace
    >>> in_publication(SimpleNamespace(extent="examples", named=3, quantifier=""))
    '3 named as examples'
    """
    word = f"“{statement.quantifier}”" if statement.quantifier else ""
    named = {
        "all": "all projects",
        "unnamed": "no project named",
        "list": f"{statement.named} listed",
        "examples": f"{statement.named} named as examples",
    }[statement.extent]
    return f"{word}, {named}" if word and statement.extent != "all" else named


def appendix(review: Review, found: dict[str, pd.DataFrame], coding: str) -> list[dict]:
    """The trail: every heading theme with its key points and their places in the source."""
    coded = themes.coded_points(review, coding)
    points = coded.drop(columns="heading").merge(
        review.keypoints.rename(columns={"id": "keypoint"}), on=["keypoint", "case"]
    )
    names = dict(zip(review.cases["id"], review.cases["name"]))
    return [
        {**theme._asdict(), "points": [point_line(p, names) for p in points[points["theme"].eq(theme.id)].itertuples()]}
        for theme in review.codebook[review.codebook["level"].eq("theme")].itertuples()
    ]


def point_line(point, names: dict[str, str]) -> Markdown:
    """One key point with its project and place.

    >>> from types import SimpleNamespace
    >>> point = SimpleNamespace(keypoint="a-aims-01", case="a", summary="It maps.", section="s3-2", anchor="To map",
    ...                         direction="supports")
    >>> point_line(point, {"a": "Alder"})
    '`a-aims-01` Alder: It maps. *(section 3.2, at “To map”)*'
    """
    against = " *Speaks against the theme.*" if point.direction == "contradicts" else ""
    place = f" *({section_name(point.section)}, at “{escaped(point.anchor)}”)*" if point.anchor else ""
    return Markdown(f"`{point.keypoint}` {escaped(names[point.case])}: {escaped(point.summary)}{against}{place}")


def figure(review: str, name: str) -> Markdown:
    """A figure as Markdown with its alt text; only these words where it is empty, nothing where there is no such figure."""
    folder = paths.figures(review)
    if not (folder / f"{name}.png").exists():
        return Markdown()
    title, _, alt = (folder / f"{name}.txt").read_text("utf-8").split("\n")[:3]
    if alt.startswith("Nothing to draw"):
        return Markdown(f"*{escaped(title)}.* {escaped(alt.strip())}\n")
    alt = escaped(alt.strip()).replace('"', "'")
    return Markdown(f'![{escaped(title)}]({name}.png){{alt="{alt}"}}\n')


def changed(review: Review, parameters: dict) -> list[str]:
    """The parameters of this run that are not those of review.yaml, each as name = value (and its own)."""
    own = {"coding": review.settings["coding"]} | review.settings["parameters"]
    return [f"{name} = {parameters[name]} (there: {own[name]})" for name in own if parameters.get(name) != own[name]]


def coder_of(review: Review, coding: str) -> dict[str, str] | None:
    """What coders.csv says of a coder; None where it has none of that name: nobody has coded yet."""
    own = review.coders[review.coders["id"].eq(coding)]
    return None if own.empty else own.iloc[0].to_dict()


def published_facts(review: Review, subject: str, unit: str | None = None) -> pd.DataFrame | None:
    """The facts of a subject (and unit) that the review's own source prints; None where there are none."""
    if not review.has("facts"):
        return None
    own = review.facts[review.facts["subject"].eq(subject)]
    own = own[own["source"].eq(review.settings.get("published"))] if unit is None else own[own["unit"].eq(unit)]
    places = own["section"].map(section_name) + ", " + own["source"]
    return None if own.empty else own.assign(place=places)


def opposed_names(review: Review) -> list[str]:
    """The names of the two headings that are set against each other; empty where there are none."""
    names = dict(zip(review.headings["id"], review.headings["name"]))
    return [names[heading] for heading in review.settings.get("opposed", [])]


def matrix(review: Review) -> pd.DataFrame:
    """The cases with their place, lead and, in our words, their summaries. Out: name, place, lead, summary."""
    cases = review.cases.sort_values("order")
    said = review.keypoints[review.keypoints["heading"].eq("summary")].groupby("case")["summary"].agg(" ".join)
    place = pd.Series(dtype=str)
    if review.has("places"):
        place = review.places[review.places["main"]].set_index("case")["place"]
    return cases.assign(
        place=[place.get(case, "") for case in cases["id"]],
        summary=[said.get(case, "") for case in cases["id"]],
        reported=cases["case_study"].map({True: "yes", False: "no"}),
    )


def matrix_columns(review: Review) -> tuple[dict[str, str], list[int]]:
    """The columns of `matrix` that say something in this review, and their widths."""
    shown = [("name", "Project", 20, True), ("place", "Place", 14, review.has("places"))]
    shown += [("lead", "Led by", 18, review.cases["lead"].ne("").any())]
    shown += [("reported", "Case study", 8, not review.cases["case_study"].all())]
    shown += [("summary", "Summary (our words)", 40, review.keypoints["heading"].eq("summary").any())]
    return {column: title for column, title, _, there in shown if there}, [width for *_, width, there in shown if there]


def in_names(review: Review, projects: pd.DataFrame) -> pd.DataFrame:
    """What each project names under the opposed headings, with the names of themes for their ids."""
    names = dict(zip(review.codebook["id"], review.codebook["name"]))
    columns = ["enabler_themes", "barrier_themes"]
    said = {
        c: projects[c].fillna("").map(lambda ids: "; ".join(names.get(id, id) for id in ids.split())) for c in columns
    }
    return projects.assign(**said)


def statements_told(review: Review) -> list[dict]:
    """Every key point of every case as a line with a target for links. Returns a list of name, lines."""
    names = dict(zip(review.headings["id"], review.headings["name"]))
    place = {heading: number for number, heading in enumerate(names)}
    points = review.keypoints.assign(place=review.keypoints["heading"].map(place))
    told = []
    for case in review.cases.sort_values("order").itertuples():
        rows = points[points["case"].eq(case.id)].sort_values(["place", "order"]).itertuples()
        lines = [
            Markdown(f"[{escaped(names[row.heading])}]{{#{row.id}}}: {escaped(row.summary)}{where(row)}")
            for row in rows
        ]
        told.append({"name": case.name, "lines": lines})
    return [case for case in told if case["lines"]]


def where(point) -> str:
    """The place of a key point in the source, in brackets; empty where the review has none."""
    return f" *({section_name(point.section)}, at “{escaped(point.anchor)}”)*" if point.anchor else ""


def evidence_told(review: Review, found: dict[str, pd.DataFrame]) -> list[dict]:
    """The evidence of every finding, line by line. Returns a list of statement, lines."""
    summaries = dict(zip(review.keypoints["id"], review.keypoints["summary"]))
    names = dict(zip(review.cases["id"], review.cases["name"]))
    rows, told = found["finding-evidence"], []
    for finding in found["findings"].itertuples():
        part = rows[rows["finding"].eq(finding.finding)]
        lines = [
            Markdown(
                f"*{row.stance}*: {escaped(names[row.case])}, [{escaped(summaries[row.keypoint])}](#{row.keypoint})"
                + (f" {escaped(row.reason)}" if row.reason else "")
            )
            for stance in ("supports", "qualifies", "contradicts")
            for row in part[part["stance"].eq(stance)].itertuples()
        ]
        told.append({"statement": finding.statement, "lines": lines})
    return told
