"""Make a new review from a REFI-QDA project (.qdpx) of another program.

- A marked passage becomes a key point; its text is confidential, and a person writes the summary. Passages at the same
  place are one key point, whoever marked them.
- A case stays a case; a source belongs to the case that names it, or has its name, and otherwise becomes a case.
- A line that begins with # is a heading, as in our exports; if there is none, everything is under one heading.
- A code that was used, or has no code below it, becomes a theme; a code above themes becomes a general theme (possibly
  as well), and one above general themes a refined theme. A code used under two headings becomes a theme under each.

What is left out is counted and reported. The file is not trusted: see `core.archives`; defusedxml reads the XML.
"""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pandas as pd
import yaml

from casesynth.core import csvfile, paths, schema
from casesynth.core.codings import NONE, unexplained
from casesynth.core.files import whole_folder
from casesynth.core.rules import Rules
from casesynth.core.settings import check_name
from casesynth.core.text import Ids, plural
from casesynth.core.validate import all_problems, read_tables
from casesynth.errors import UserError
from casesynth.exchange.refi import AGAINST, NO_THEME, line
from casesynth.exchange.refi_cases import apart, case_columns, cases_table, place_cases, without_descriptions
from casesynth.exchange.refi_read import ALL, LEFT_OUT, TRUE_UNTIL_KNOWN, UNKNOWN, Project, Text, read_project


def around(text: Text) -> tuple[dict, dict]:
    """The heading above each passage, and the label on the line before it, both by (start, end).

    A heading begins with #; a label is a short line that ends with a colon. Neither is itself marked.
    """
    marked = sorted({(selection.start, selection.end) for selection in text.selections})
    headings, labels, waiting = {}, {}, list(reversed(marked))
    heading, before, at, reach = "", "", 0, 0
    for row in text.text.splitlines(keepends=True):
        words, first = row.strip(), at
        at += len(row)
        is_marked = first < reach or bool(waiting and waiting[-1][0] < at)
        if not is_marked and words.startswith("#") and words.strip("# "):
            heading = line(words.strip("# "))
        while waiting and waiting[-1][0] < at:
            place = waiting.pop()
            reach = max(reach, place[1])
            headings[place], labels[place] = heading, before if not text.text[first : place[0]].strip() else ""
        before = line(words[:-1]) if not is_marked and words.endswith(":") and len(words) <= 120 else ""
    return headings, labels


def keypoints_of(
    project: Project, case_ids: list[str], of_source: dict, of_selection: dict, heading_ids: dict
) -> tuple[list[dict], list[tuple]]:
    """One key point for each passage.

    Returns rows of keypoints.csv, and (key point, heading, code, coder, memo) for each coding.
    """
    rows, codings, ids = [], [], Ids(most=200)
    order: Counter = Counter()
    for text in project.texts:
        headings, labels = around(text)
        together = defaultdict(list)
        for selection in sorted(text.selections, key=lambda each: (each.start, each.end)):
            together[selection.start, selection.end].append(selection)
        for (start, end), selections in together.items():
            case = case_ids[of_selection.get(selections[0].guid, of_source.get(text.guid, 0))]
            heading = heading_ids[headings[start, end] or ALL]
            order[case, heading] += 1
            own = re.fullmatch(r"line:\d+ ([a-z0-9]+(?:-[a-z0-9]+)*)", selections[0].name)
            point = ids.new(own[1] if own else f"{case}-{heading}-{order[case, heading]:02}")
            rows.append({"id": point, "case": case, "heading": heading, "order": order[case, heading], "label": labels[start, end],
                             "summary": line(text.text[start:end]), "source": "", "section": "", "anchor": ""})  # fmt: skip
            codings += [(point, heading, *coding) for selection in selections for coding in selection.codings]
    return rows, codings


def singulars(project: Project) -> dict[str, str]:
    """What the codes of a heading have before a colon, if all have the same, by the name of the heading."""
    before = defaultdict(set)
    for code, heading in project.headings.items():
        if code in project.codes:
            name = project.codes[code].name
            before[heading].add(name.partition(": ")[0] if ": " in name else "")
    return {heading: words.pop() for heading, words in before.items() if len(words) == 1 and "" not in words}


def levels_of(project: Project, used: dict[str, list[str]]) -> dict[str, set[str]]:
    """Which codes are themes, general themes and refined themes; a code may be on two levels.

    A code that was used, or that has none below it, is a theme; one above themes a general theme; and so on.
    """
    codes, below = project.codes, defaultdict(list)
    for code in codes.values():
        below[code.parent].append(code.guid)
    theme = {c for c in codes if c in used or (not below[c] and codes[c].codable)}
    general = {c for c in codes if (c in theme and below[c]) or any(b in theme for b in below[c])}
    general |= {c for c in codes if c not in theme and not below[c]}
    return {"theme": theme, "general": general, "refined": {c for c in codes if any(b in general for b in below[c])}}


def codebook_of(project: Project, used: dict[str, list[str]], heading_ids: dict[str, str]) -> tuple[list[dict], dict]:
    """The codes as a codebook of three levels. Returns rows of codebook.csv, and (code, heading) -> theme.

    `used` says under which headings each code was used.
    """
    codes, new, themes, rows, ids = project.codes, Ids({NONE}, most=60), {}, [], {}
    taken: set[tuple[str, ...]] = set()
    words, levels, first = singulars(project), levels_of(project, used), next(iter(heading_ids.values()))
    for level, prefix in (("refined", "ref"), ("general", "gen")):
        for guid in (code for code in codes if code in levels[level]):
            ids[guid, level] = new.new(f"{prefix}-{codes[guid].name.removeprefix('General: ')}")

    def add(id: str, level: str, name: str, parent: str, text: str, heading: str = "") -> None:
        rows.append(dict(id=id, level=level, heading=heading, name=apart(name, id, taken, level, heading), parent=parent, origin="compendium",
                         **definition(text)))  # fmt: skip

    for guid, code in codes.items():
        if guid in levels["theme"]:
            heading = project.headings.get(guid, "")
            name = code.name.removeprefix(f"{words[heading]}: ") if heading in words else code.name
            parent = ids.get((guid, "general")) or ids.get((code.parent, "general"), "")
            for under in used.get(guid) or [heading_ids.get(heading, first)]:
                theme = new.new(f"{under}-{name}" if len(heading_ids) > 1 else name, "theme")
                themes[guid, under] = theme
                add(theme, "theme", name, parent, code.text, under)
        if guid in levels["general"]:
            parent = ids.get((guid, "refined")) or ids.get((code.parent, "refined"), "")
            add(ids[guid, "general"], "general", code.name.removeprefix("General: "), parent, code.text)
        if guid in levels["refined"]:
            project.left_out["levels of codes above the third"] += bool(code.parent)
            add(ids[guid, "refined"], "refined", code.name, "", code.text)
    return rows, themes


def definition(text: str) -> dict[str, str]:
    """The description of a code, split into the parts that our exports write.

    >>> definition("Money is short.\\n\\nIncludes: rent")
    {'definition': 'Money is short.', 'includes': 'rent', 'excludes': '', 'reason': ''}
    """
    found = dict.fromkeys(("definition", "includes", "excludes", "reason"), "")
    at = "definition"
    for part in text.split("\n\n"):
        word, _, rest = part.partition(": ")
        labelled = word.lower() in ("includes", "excludes", "reason")
        at = word.lower() if labelled else at
        found[at] = f"{found[at]}\n\n{rest if labelled else part}".strip()
    return {**found, "definition": found["definition"] or "Not defined in the file it was imported from."}


def take_special(project: Project) -> tuple[set[str], dict[str, str]]:
    """Take the codes of our exports that are not themes out of the codes: "No theme", and "Against: …" below a theme.

    Returns the codes for no theme, and the theme above each code "Against: …".
    """
    codes = project.codes
    against = {
        c.guid: c.parent for c in codes.values() if c.parent in codes and c.name == AGAINST + codes[c.parent].name
    }
    nothing = {c.guid for c in codes.values() if not c.parent and c.name.casefold() == NO_THEME.casefold()}
    project.codes = {guid: code for guid, code in codes.items() if guid not in nothing and guid not in against}
    return nothing, against


def tables(project: Project, private: bool) -> tuple[dict[str, pd.DataFrame], dict, list[dict]]:
    """The project as tables, settings and further columns of cases.csv; what has no place is added to `left_out`."""
    nothing, against = take_special(project)
    cases, of_source, of_selection = place_cases(project)
    if private:
        without_descriptions(project, cases)
    further = case_columns(project, cases)
    new_case, new_coder = Ids(), Ids()
    case_ids = [new_case.new(case["name"], f"case-{number}") for number, case in enumerate(cases, 1)]
    heading_ids = headings_of(project)
    points, raw = keypoints_of(project, case_ids, of_source, of_selection, heading_ids)
    used: dict[str, list[str]] = defaultdict(list)
    for _, heading, own_code, _, _ in raw:
        code = against.get(own_code, own_code)
        if code in project.codes and heading not in used[code]:
            used[code].append(heading)
    book, themes = codebook_of(project, {code: under for code, under in used.items() if under}, heading_ids)
    unnamed = {coder: "" for *_, coder, _ in raw if coder not in project.coders}
    coders = {
        guid: new_coder.new(name or "unnamed coder", "coder") for guid, name in (project.coders | unnamed).items()
    }
    rows = {
        "cases": cases_table(project, cases, case_ids, further),
        "keypoints": points,
        "codebook": book,
        "coders": coders_table(project, coders),
        "codings": codings_table(project, raw, coders, themes, nothing, against),
    }
    fields = [field for field in further.values() if "type" in field]
    columns = {"cases": [*schema.columns("cases"), *(field["name"] for field in fields)]}
    first = {"codings": ["keypoint", "theme", "coder"]}
    frames = {
        name: pd.DataFrame(own, columns=columns.get(name, schema.columns(name)), dtype=object)
        .sort_values(first.get(name, "id"), ignore_index=True)
        .fillna("")
        for name, own in rows.items()
    }
    for row, _ in unexplained(frames["codings"]):  # a program without memos has lost the reasons of a consensus
        frames["codings"].loc[row, "memo"] = "imported: the file gives no reason"
    return frames, settings_of(project, heading_ids, frames), fields


def headings_of(project: Project) -> dict[str, str]:
    """The headings of the texts, or the sets of codes where the texts have none, with their ids."""
    names = dict.fromkeys(heading or ALL for text in project.texts for heading in around(text)[0].values())
    if ALL not in names:
        names |= dict.fromkeys(heading for code, heading in project.headings.items() if code in project.codes)
    new = Ids()
    for other in {*project.headings.values()} - {*names}:
        project.left_out[f"the set of codes '{other}', since no text has a heading of this name"] += 1
    return {name: new.new(name, "heading") for name in names or [ALL]}


def codings_table(
    project: Project, raw: list[tuple], coders: dict[str, str], themes: dict, nothing: set[str], against: dict[str, str]
) -> list[dict]:
    """Rows of codings.csv, each once; `raw` has (key point, heading, code, coder, memo)."""
    rows: dict[tuple, dict] = {}
    for point, heading, code, coder, memo in raw:
        theme = NONE if code in nothing else themes.get((against.get(code, code), heading))
        if theme is None:
            project.left_out["codings with a code that the file does not hold"] += 1
            continue
        key = (point, theme, coders[coder])
        project.left_out["codings that say the same twice"] += key in rows
        direction = "contradicts" if code in against else "supports"
        rows.setdefault(
            key, {"keypoint": point, "theme": theme, "coder": coders[coder], "direction": direction, "memo": memo}
        )
    return list(rows.values())


def coders_table(project: Project, coders: dict[str, str]) -> list[dict]:
    """Rows of coders.csv: what the file says of each coder, and that the rest is not known."""
    names = {coder: project.coders.get(guid) or "no name" for guid, coder in coders.items()} or {"coder-1": "no name"}
    months = {coders[guid]: month for guid, month in project.months.items()}
    return [
        {"id": id, "how": f"{UNKNOWN} Called '{name}' there. {TRUE_UNTIL_KNOWN}", "when": months.get(id, ""),
         "seen_sources": "true", "seen_attributions": "true", "seen_codings": "true",
         "extracted_by": "Not known; the key points are the marked passages.", "codes_defined_by": "Not known."}
        for id, name in names.items()
    ]  # fmt: skip


def settings_of(project: Project, heading_ids: dict[str, str], frames: dict[str, pd.DataFrame]) -> dict:
    """review.yaml of the new review."""
    words = singulars(project)
    with_themes = set(frames["codebook"]["heading"])
    most = frames["codings"]["coder"].value_counts()
    headings = []
    for name, id in heading_ids.items():
        singular = {"singular": words[name]} if words.get(name, name) != name else {}
        headings.append({"id": id, "name": name, **singular, "group": id, "themed": id in with_themes})
    settings = {
        "title": project.name,
        "question": "Write the question of the review here.",
        "method": "framework analysis",
        "headings": headings,
        "coding": sorted(most.index[most.eq(most.max())])[0] if len(most) else frames["coders"]["id"][0],
        "parameters": Rules().for_settings(),
    }
    if {"enablers", "barriers"} <= set(heading_ids.values()):
        settings["opposed"] = ["enablers", "barriers"]
    return settings


def write(name: str, frames: dict[str, pd.DataFrame], settings: dict, fields: list[dict]) -> None:
    """Write a new review data/<name>/, with further columns of its cases: whole and valid, or not at all.

    Raises UserError if the tables are not valid.
    """
    folder = paths.data(name)
    package = schema.with_answers(schema.package()) if "responses" in frames else schema.package()
    package |= {"name": name, "title": settings["title"]}
    next(table for table in package["resources"] if table["name"] == "cases")["schema"]["fields"] += fields
    text = "# The settings of this review, as imported. data/README.md explains each.\n"
    text += yaml.safe_dump(settings, allow_unicode=True, sort_keys=False, width=100)
    with whole_folder(folder) as unfinished:
        (unfinished / "datapackage.json").write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", "utf-8")
        (unfinished / "review.yaml").write_text(text, "utf-8")
        for table, frame in frames.items():
            csvfile.write(unfinished / f"{table}.csv", frame)
        problems = [problem for problem in all_problems(settings, read_tables(unfinished)) if not problem.note]
        if problems:
            listed = "\n  ".join(map(str, problems[:10]))
            raise UserError(
                f"the file does not make a valid review ({plural(len(problems), 'problem')}); nothing was written:\n  {listed}"
            )


def kept_private(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with the passages as answers, which are confidential, and the summaries still to be written."""
    points = frames["keypoints"]
    answers = points[["id", "case", "heading", "summary"]].rename(columns={"summary": "answer"})
    sentences = pd.DataFrame({"keypoint": points["id"], "answer": points["id"], "sentence": points["summary"]})
    return frames | {
        "keypoints": points.assign(summary="", answer=points["id"], state=""),
        "responses": answers.assign(question="passage")[["id", "case", "question", "heading", "answer"]],
        "sentences": sentences,
    }


def import_project(name: str, file: Path, summaries: bool = False) -> str:
    """Read a .qdpx file into a new review. Returns what was read, what was left out and what to check.

    Passages are taken word for word, so they are confidential until somebody has summarised them, unless `summaries`
    says that they are summaries that may be published, or the project was exported from here.
    Raises UserError if the name is taken or not valid, or the file cannot be made into a valid review.
    """
    check_name(name)
    if paths.data(name).exists():
        raise UserError(f"data/{name}/ already exists and was left unchanged; choose another name.")
    project = read_project(file)
    private = not summaries and not project.origin.startswith("casesynth ")
    frames, settings, fields = tables(project, private)
    write(name, kept_private(frames) if private else frames, settings, fields)
    words = {"cases": "case", "keypoints": "key point", "codebook": "code", "coders": "coder", "codings": "coding"}
    counts = ", ".join(plural(len(frames[table]), word) for table, word in words.items())
    lines = [f"data/{name}/ is written, from a project of {project.origin}: {counts}."]
    lines += [
        f"  left out: {what} ({number}){f': {LEFT_OUT[what][1]}' if what in LEFT_OUT else ''}"
        for what, number in sorted(project.left_out.items())
        if number
    ]
    if fields and private:
        listed = ", ".join(field["name"] for field in fields)
        lines.append(f"  to check: cases.csv is published; does one of its new columns identify a person? ({listed})")
    lines += [f"  to check: {what}" for what in project.to_check]
    if private:
        lines += [
            "The passages are in responses.csv and sentences.csv, which git ignores and no result shows: summarise each in "
            f"your own words (casesynth sheet {name}).",
            "If they are summaries that may be published, delete the folder and import again with --summaries.",
        ]
    lines += ["Next: read through review.yaml and coders.csv (question, headings, how the coders worked), then"]
    return "\n".join([*lines, f"casesynth make {name}"])
