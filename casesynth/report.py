"""The report: chapters in the order of the published one, every number from a computed value.

The words stand in `templates/report.md`; this module gives them their tables and numbers, and turns the
result into one HTML file and one Word document (by pandoc, as a program of its own).
"""

import os
import re
from pathlib import Path

import jinja2
import pandas as pd

from casesynth import agreement, appraisal, cerqual, check, general, paths, quantifiers, sure, tables, themes
from casesynth.review import Review

TEMPLATES = Path(__file__).parent / "templates"
#: pandoc and Word documents carry a time; this one stands for none (1980-01-01, the earliest a zip can hold).
NO_TIME = "315532800"


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
    standing, general_table, refined = found["themes"], found["general-themes"], found["refined-themes"]
    known = {
        "cases": (len(review.cases), "rows of cases.csv"),
        "cases_reported": (len(review.reported), "rows of cases.csv with case_study true"),
        "cases_without": (len(review.cases) - len(review.reported), "rows of cases.csv with case_study false"),
        "leads": (review.cases["lead"].replace("", pd.NA).nunique(), "institutions in cases.csv, column lead"),
        "nations": (review.cases["nation"].replace("", pd.NA).nunique(), "nations in cases.csv"),
        "keypoints": (len(review.keypoints), "rows of keypoints.csv"),
        "coders": (review.codings["coder"].nunique(), "coders with rows in codings.csv"),
        "headings": (len(review.headings), "headings of review.yaml"),
        "themed_headings": (int(review.headings["themed"].sum()), "headings of review.yaml with themed true"),
        "themes": (len(standing), "themes-<heading>.csv, all rows"),
        "themes_standing": (int(standing["stands"].sum()), "themes-<heading>.csv, stands"),
        "themes_published": (int(standing["origin"].eq("published").sum()), "themes-<heading>.csv, origin published"),
        "themes_published_standing": (
            int((standing["origin"].eq("published") & standing["stands"]).sum()),
            "themes-<heading>.csv, origin published and stands",
        ),
        "general": (len(general_table), "general-themes.csv, all rows"),
        "general_standing": (int(general_table["stands"].sum()), "general-themes.csv, stands"),
        "general_ungrouped": (int(general_table["stands_ungrouped"].sum()), "general-themes.csv, stands_ungrouped"),
        "general_grouped": (int(general_table["stands_grouped"].sum()), "general-themes.csv, stands_grouped"),
        "refined": (len(refined), "refined-themes.csv, all rows"),
        "refined_standing": (int(refined["stands"].sum()), "refined-themes.csv, stands"),
        "proposals": (int(found["overlaps"]["proposed"].sum()), "overlaps.csv, proposed"),
        "largest_overlap": (
            f"{found['overlaps']['overlap_points'].max() if len(found['overlaps']) else 0:.2f}",
            "overlaps.csv, the greatest overlap_points",
        ),
        "themed_points": (len(found["points"]), "keypoints.csv, those of themed headings"),
        "points_none": (int(found["uncoded"]["state"].eq("none").sum()), "uncoded-<heading>.csv, state none"),
        "points_not_coded": (int(found["uncoded"]["state"].eq("not coded").sum()), "uncoded-<heading>.csv, not coded"),
    }
    for heading in review.headings.loc[review.headings["themed"], "id"]:
        left = int(found["uncoded"]["heading"].eq(heading).sum())
        known[f"left_{heading}"] = (left, f"uncoded-{heading}.csv, all rows")
    printed = found["print"]
    compared = printed[(printed["named"] > 0) & printed["extent"].ne("all")]
    of_all = printed[printed["extent"].eq("all")]
    known |= {
        "statements": (len(found["print"]), "print-<heading>.csv, all rows"),
        "statements_compared": (len(compared), "print-<heading>.csv, those that name projects"),
        "statements_full": (
            int(compared["named"].eq(compared["found"]).sum()),
            "print-<heading>.csv, found equal to named",
        ),
        "statements_none": (int(compared["found"].eq(0).sum()), "print-<heading>.csv, found 0"),
        "statements_all": (len(of_all), "print-<heading>.csv, extent all"),
        "statements_all_full": (
            int(of_all["named"].eq(of_all["found"]).sum()),
            "print-<heading>.csv, extent all, found equal to named",
        ),
    }
    known |= {name: (value, "parameters of this run") for name, value in parameters.items()}
    known |= sure.values(found) if "robustness" in found else {}
    if "participants-total" in found:
        total = found["participants-total"].set_index("what")
        weight = found["participants-weights"]
        whole = weight[weight["case"].eq("")].iloc[0]
        largest = weight[weight["case"].ne("")].dropna(subset="sum_as_printed").sort_values("sum_as_printed").iloc[-1]
        known |= {
            "persons_interval": (total.loc["all together", "interval"], "participants-total.csv, all together"),
            "people_interval": (total.loc["people", "interval"], "participants-total.csv, people"),
            "persons_sum": (int(total.loc["all together", "sum_as_printed"]), "participants-total.csv, sum_as_printed"),
            "attendance_share": (f"{whole['attendance_share']:.0%}", "participants-weights.csv, last row"),
            "largest_case": (largest["name"], "participants-weights.csv, the greatest share"),
            "largest_share": (f"{largest['share']:.0%}", "participants-weights.csv, the greatest share"),
        }
    return known


#: The tables that step 2 writes for each heading.
HEADED = ["themes", "theme-cases", "uncoded", "print"]


def gather(review: Review) -> dict[str, pd.DataFrame]:
    """Every result table that the report uses, by name; those of absent data are left out."""
    found = {name: tables.read_headings(review.name, review.headings, name) for name in HEADED}
    for name in ("general-themes", "general-by-heading", "overlaps", "refined-themes", "counterparts"):
        found[name] = tables.read(review.name, name)
    found |= {name: tables.read(review.name, name) for name in ("points-per-heading", "completeness")}
    if review.settings.get("opposed"):
        found |= {name: tables.read(review.name, name) for name in ("barriers-enablers", "projects", "both")}
    if review.has("participants"):
        for name in ("total", "weights", "cases", "sub-totals"):
            found[f"participants-{name}"] = tables.read(review.name, f"participants-{name}")
    themed = review.headings.loc[review.headings["themed"], "id"]
    found["points"] = review.keypoints[review.keypoints["heading"].isin(themed)]
    return found


def theme_columns(published: str) -> tuple[dict[str, str], list[int]]:
    """The columns of `heading_rows` that the report shows, and their widths: without a print, none about it."""
    if not published:
        return {"link": "Theme", "recomputed": "Projects", "points": "Key points", "stands": "Stands"}, [52, 16, 16, 16]
    columns = {"link": "Theme", "origin": "Origin", "recomputed": "Projects, recomputed", "points": "Key points"}
    columns |= {"stands": "Stands", "as_printed": "As printed", "reading": "Print beside coding"}
    return columns, [26, 11, 11, 8, 8, 16, 22]


class Markdown(str):
    """Text that is Markdown already; any other text is escaped before it goes into the report."""


def escaped(value) -> str:
    """A value of the data as Markdown that shows it as it is, whatever signs it holds.

    >>> print(escaped("a <b>bold</b> *claim*"))
    a \\<b\\>bold\\</b\\> \\*claim\\*
    """
    if isinstance(value, Markdown):
        return value
    return re.sub(r"([\\`*_\[\]<>#|~^$@&{}])", r"\\\1", str(value)).replace("\n", " ")


def cell(value) -> str:
    """A value as it stands in a Markdown table."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:g}"
    return escaped(value)


def markdown_table(frame: pd.DataFrame, columns: dict[str, str], widths: list[int]) -> Markdown:
    """A pipe table of some columns, under the given headers; widths are relative. A column link is Markdown.

    >>> print(markdown_table(pd.DataFrame({"a": [1], "b": ["x"]}), {"a": "Number", "b": "Text"}, [1, 2]))
    | Number | Text |
    |-|--|
    | 1 | x |
    """
    lines = ["| " + " | ".join(columns.values()) + " |", "|" + "|".join("-" * width for width in widths) + "|"]
    for row in frame[list(columns)].to_dict("records"):
        cells = [value if name == "link" else cell(value) for name, value in row.items()]
        lines.append("| " + " | ".join(cells) + " |")
    return Markdown("\n".join(lines))


def heading_rows(found: dict[str, pd.DataFrame], heading: str) -> pd.DataFrame:
    """The themes of a heading, as the report shows them, with what is printed where there is a print."""
    own = found["themes"][found["themes"]["heading"].eq(heading)]
    printed = found["print"][found["print"]["heading"].eq(heading)]
    as_printed, reading = {}, {}
    for theme, part in printed.groupby("theme"):
        as_printed[theme] = "; ".join(in_print(row) for row in part.itertuples())
        reading[theme] = "; ".join(dict.fromkeys(part["reading"]))
    return own.assign(
        link=[f"[{escaped(row.name)}](#{row.theme})" for row in own.itertuples()],
        recomputed=[f"{row.cases} of {row.of_cases}" for row in own.itertuples()],
        as_printed=[as_printed.get(theme, "not in the report") for theme in own["theme"]],
        reading=[reading.get(theme, "") for theme in own["theme"]],
    )


def in_print(statement) -> str:
    """How the print supports a theme, in short.

    >>> from types import SimpleNamespace
    >>> in_print(SimpleNamespace(extent="examples", named=3, quantifier=""))
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
    points = coded.merge(review.keypoints.rename(columns={"id": "keypoint"}), on=["keypoint", "case", "heading"])
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


def sentence(text: str) -> str:
    """A text of the data with a full stop, where it is set among others.

    >>> sentence("Maria, researcher"), sentence("By two people.")
    ('Maria, researcher.', 'By two people.')
    """
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."


def section_name(section: str) -> str:
    """A section's id as it is read.

    >>> section_name("s3-2-1"), section_name("foreword")
    ('section 3.2.1', 'foreword')
    """
    numbered = re.fullmatch(r"s(\d+(?:-\d+)*)", section)
    return f"section {numbered[1].replace('-', '.')}" if numbered else section


def figure(review: str, name: str) -> Markdown:
    """A figure as Markdown with its alt text; only these words where it is empty, nothing where there is no such figure."""
    folder = paths.figures(review)
    if not (folder / f"{name}.png").exists():
        return Markdown()
    title, alt = (folder / f"{name}.txt").read_text("utf-8").strip().split("\n", 1)
    if alt.startswith("Nothing to draw"):
        return Markdown(f"*{escaped(title)}.* {escaped(alt.strip())}\n")
    alt = escaped(alt.strip()).replace('"', "'")
    return Markdown(f'![{escaped(title)}]({name}.png){{alt="{alt}"}}\n')


class Report:
    """The report of one review, chapter by chapter."""

    def __init__(self, review: Review, parameters: dict):
        self.review, self.found = review, gather(review) | sure.gather(review)
        self.values = Values(values(review, self.found, parameters))
        loader = jinja2.FileSystemLoader(TEMPLATES)
        # Markdown writes {#id} for the target of a link, so comments have other signs here.
        signs = {"comment_start_string": "<#", "comment_end_string": "#>", "trim_blocks": True, "lstrip_blocks": True}
        environment = jinja2.Environment(
            loader=loader, undefined=jinja2.StrictUndefined, finalize=escaped, autoescape=False, **signs
        )
        environment.filters["markdown"] = Markdown
        self.context = {
            "review": review,
            "settings": {"note": "", "published": "", "opposed": [], "method": "not stated"} | review.settings,
            "coder": coder_of(review, parameters["coding"]),
            "there": check.state(review.tables, review.settings),
            "found": self.found,
            "v": self.values,
            "table": markdown_table,
            "figure": lambda name: figure(review.name, name),
            "heading_rows": lambda heading: heading_rows(self.found, heading),
            "theme_columns": theme_columns(review.settings.get("published", "")),
            "sentence": sentence,
            "section_name": section_name,
            "trail": lambda: appendix(review, self.found, parameters["coding"]),
            "merged": general.merges(self.found["overlaps"]),
            "matrix": lambda: matrix(review),
            "matrix_columns": matrix_columns(review),
            "in_names": lambda table: in_names(review, table),
            "quantifiers": quantifiers.table(),
            "printed_facts": lambda subject, unit=None: printed_facts(review, subject, unit),
            "opposed_names": opposed_names(review),
            "how_sure": lambda level, ids=None: sure.lines(self.found, level, ids),
            "missing_coder": agreement.missing(review),
            "changed": changed(review, parameters),
            "who": agreement.who(review).query("points > 0"),
            "paradox_words": agreement.paradox_words(self.found["agreement-paradox"], agreement.coders(review)),
            "judged": cerqual.judged(self.found["evidence-profile"]),
            "appraisal_state": appraisal.state(review),
            "counted_columns": {"coding": "Coding", "points": "Key points coded", "of_points": "Of"}
            | sure.level_names(self.found["coding-counts"]),
        }
        self.template = environment.get_template("report.md")
        self.written: dict[str, str] = {}

    def chapter(self, name: str):
        """One chapter, shown in the notebook; it is kept for the whole."""
        import IPython.display

        self.written[name] = self.markdown(name)
        return IPython.display.Markdown(without_pictures(self.written[name]))

    def markdown(self, name: str) -> str:
        """One chapter as Markdown."""
        return str(getattr(self.template.make_module(self.context), name)()).strip() + "\n"

    def text(self) -> str:
        """The chapters written so far, in their order, as one Markdown text."""
        return "\n".join(self.written.values())


def changed(review: Review, parameters: dict) -> list[str]:
    """The parameters of this run that are not those of review.yaml, each as name = value (and its own)."""
    own = {"coding": review.settings["coding"]} | review.settings["parameters"]
    return [f"{name} = {parameters[name]} (there: {own[name]})" for name in own if parameters.get(name) != own[name]]


def coder_of(review: Review, coding: str) -> dict[str, str] | None:
    """What coders.csv says of a coder; None where it has none of that name: nobody has coded yet."""
    own = review.coders[review.coders["id"].eq(coding)]
    return None if own.empty else own.iloc[0].to_dict()


def printed_facts(review: Review, subject: str, unit: str | None = None) -> pd.DataFrame | None:
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
    said = {c: projects[c].fillna("").map(lambda ids: "; ".join(names.get(id, id) for id in ids.split())) for c in columns}
    return projects.assign(**said)


def without_pictures(text: str) -> str:
    """Markdown for the notebook, in which the title of a picture stands for it.

    >>> without_pictures('![A map](map.png){alt="The map"}')
    '*Figure: A map*'
    """
    return re.sub(r"!\[(.*?)\]\(.*?\)\{.*?\}", r"*Figure: \1*", text)


def write(report: Report, review: str) -> None:
    """Write the report's two forms, synthesis.html (self-contained) and synthesis.docx, and its numbers."""
    import pypandoc

    folder = paths.write(review)
    os.environ["SOURCE_DATE_EPOCH"] = NO_TIME
    # The pandoc of the lock, not a newer one that a machine may have.
    os.environ["PYPANDOC_PANDOC"] = str(Path(pypandoc.__file__).parent / "files" / "pandoc")
    always = [f"--metadata=title={report.review.settings['title']}", "--metadata=lang=en-GB", "--toc", "--toc-depth=2"]
    always += [f"--resource-path={paths.figures(review)}"]
    page = ["--standalone", "--embed-resources", "--section-divs", f"--css={TEMPLATES / 'report.css'}"]
    for target, ending, own in (("html5", "html", page), ("docx", "docx", [])):
        pypandoc.convert_text(
            report.text(),
            to=target,
            format="markdown-tex_math_dollars",
            outputfile=str(folder / f"synthesis.{ending}"),
            extra_args=always + own,
        )
    tables.write(report.values.table(), review, "report-values")
