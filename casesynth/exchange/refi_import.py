"""`make import-qdpx`: a REFI-QDA project (.qdpx) from another program becomes a review of its own.

How the things of such a file are read:

- A passage that was marked is a key point; its text is the summary, for somebody to shorten. Passages with the same
  place are one key point, whoever marked them.
- A case is a case; a source that belongs to none is a case of its own.
- A line that begins with # is a heading, as in our own exports; where there is none, all is under one heading.
- A code that was used, or has none below it, is a theme; a code above themes is (also) a general theme; one above
  general themes a refined theme. A code used under two headings becomes a theme under each.

What is left out is counted and said. The file is not trusted: see `archives`, and XML is read by defusedxml.
"""

import json
import re
import shutil
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import pandas as pd
import yaml

from casesynth.core import csvfile, paths, schema
from casesynth.core.codings import NONE, unexplained
from casesynth.core.rules import Rules
from casesynth.core.validate import all_problems, read_tables
from casesynth.errors import UserError
from casesynth.exchange.refi import AGAINST, NO_THEME, line, title_of
from casesynth.exchange.refi_read import ALL, TRUE_UNTIL_KNOWN, UNKNOWN, Project, Text, int_of, read_project


def slug(text: str, taken, otherwise: str = "x") -> str:
    """An id from a name, none that is taken.

    >>> slug("Café & Garten", {"cafe-garten"})
    'cafe-garten-2'
    """
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = "-".join(re.findall("[a-z0-9]+", letters))[:60].strip("-") or otherwise
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found


def place_cases(project: Project) -> tuple[list[dict], dict[str, int], dict[str, int]]:
    """The cases, one more for each source that belongs to none; which source and which selection is whose."""
    cases = [dict(case) for case in project.cases]
    of_source, of_selection = {}, {}
    for number, case in enumerate(cases):
        for source in case["sources"]:
            project.left_out["further cases of one source"] += source in of_source
            of_source.setdefault(source, number)
        for selection in case["selections"]:
            of_selection.setdefault(selection, number)
    for text in project.texts:
        elsewhere = text.selections and all(selection.guid in of_selection for selection in text.selections)
        if text.guid not in of_source and not elsewhere:
            of_source[text.guid] = len(cases)
            cases.append({"name": re.sub(r"\.(txt|docx?|odt|rtf|pdf|md)$", "", text.name, flags=re.I), "values": {}})
    return cases, of_source, of_selection


def around(text: Text) -> tuple[dict, dict]:
    """The heading over each passage, and the label on the line before it. Out: (start, end) -> heading, -> label.

    A heading begins with #; a label is a short line with a colon at its end. Neither is itself marked.
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


def keypoints_of(project: Project, case_ids: list[str], of_source: dict, of_selection: dict, heading_ids: dict):
    """One key point a passage. Out: rows of keypoints.csv; and of each coding (key point, heading, code, coder, memo)."""
    rows, codings, taken = [], [], set()
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
            point = slug(own[1] if own else f"{case}-{heading}-{order[case, heading]:02}", taken)
            taken.add(point)
            rows.append(dict(id=point, case=case, heading=heading, order=order[case, heading], label=labels[start, end],
                             summary=line(text.text[start:end]), source="", section="", anchor=""))  # fmt: skip
            codings += [(point, heading, *coding) for selection in selections for coding in selection.codings]
    return rows, codings


def singulars(project: Project) -> dict[str, str]:
    """What the codes of a heading have before a colon, where all have the same. Out: name of the heading -> word."""
    before = defaultdict(set)
    for code, heading in project.headings.items():
        if code in project.codes:
            before[heading].add(
                project.codes[code].name.partition(": ")[::2][0] if ": " in project.codes[code].name else ""
            )
    return {heading: words.pop() for heading, words in before.items() if len(words) == 1 and "" not in words}


def codebook_of(project: Project, used: dict[str, list[str]], heading_ids: dict[str, str]):
    """The codes as a codebook of three levels. Out: rows of codebook.csv, and (code, heading) -> theme.

    `used` says under which headings each code was used.
    """
    codes, taken, themes, rows = project.codes, {NONE}, {}, []
    below = defaultdict(list)
    for code in codes.values():
        below[code.parent].append(code.guid)
    words = singulars(project)
    first = next(iter(heading_ids.values()))
    is_theme = {c for c in codes if c in used or (not below[c] and codes[c].codable)}
    is_general = {c for c in codes if (c in is_theme and below[c]) or any(b in is_theme for b in below[c])}
    is_general |= {c for c in codes if c not in is_theme and not below[c]}
    is_refined = {c for c in codes if any(b in is_general for b in below[c])}
    ids = {}
    for level, prefix, own in (("refined", "ref", is_refined), ("general", "gen", is_general)):
        for guid in sorted(own, key=list(codes).index):
            name = codes[guid].name.removeprefix("General: ")
            ids[guid, level] = slug(f"{prefix}-{name}", taken)
            taken.add(ids[guid, level])
    for guid, code in codes.items():
        above = ids.get((guid, "general")) or ids.get((code.parent, "general"), "")
        if guid in is_theme:
            heading = project.headings.get(guid, "")
            name = code.name.removeprefix(f"{words[heading]}: ") if heading in words else code.name
            for under in used.get(guid) or [heading_ids.get(heading, first)]:
                theme = slug(f"{under}-{name}" if len(heading_ids) > 1 else name, taken, "theme")
                taken.add(theme)
                themes[guid, under] = theme
                rows.append(
                    dict(id=theme, level="theme", heading=under, name=name, parent=above, **definition(code.text))
                )
        if guid in is_general:
            above = ids.get((guid, "refined")) or ids.get((code.parent, "refined"), "")
            rows.append(dict(id=ids[guid, "general"], level="general", heading="",
                             name=code.name.removeprefix("General: "),
                             parent=above, **definition(code.text)))  # fmt: skip
        if guid in is_refined:
            project.left_out["levels of codes above the third"] += bool(code.parent)
            rows.append(dict(id=ids[guid, "refined"], level="refined", heading="", name=code.name, parent="",
                             **definition(code.text)))  # fmt: skip
    return [dict(row, origin="compendium") for row in rows], themes


def definition(text: str) -> dict[str, str]:
    """The description of a code in its parts, where it has those of our own exports.

    >>> definition("Money is short.\\n\\nIncludes: rent")
    {'definition': 'Money is short.', 'includes': 'rent', 'excludes': '', 'reason': ''}
    """
    found = dict.fromkeys(("definition", "includes", "excludes", "reason"), "")
    at = "definition"
    for part in text.split("\n\n"):
        word = part.partition(": ")[0].lower()
        if word in ("includes", "excludes", "reason"):
            at, part = word, part.partition(": ")[2]
        found[at] = f"{found[at]}\n\n{part}".strip()
    return {**found, "definition": found["definition"] or "Not defined in the file it was imported from."}


def take_special(project: Project) -> tuple[set[str], dict[str, str]]:
    """The codes of our own exports that are not themes: "No theme", and "Against: …" below its theme.

    They are taken out of the codes. Out: the codes for no theme, and against -> the theme above it.
    """
    codes = project.codes
    against = {
        c.guid: c.parent for c in codes.values() if c.parent in codes and c.name == AGAINST + codes[c.parent].name
    }
    nothing = {c.guid for c in codes.values() if not c.parent and c.name.casefold() == NO_THEME.casefold()}
    project.codes = {guid: code for guid, code in codes.items() if guid not in nothing and guid not in against}
    return nothing, against


def cases_table(project: Project, cases: list[dict], ids: list[str]) -> list[dict]:
    """Rows of cases.csv, in the order of the file or of a variable Order; variables without a column are left out."""
    columns = {title_of(column): column for column in ("full_title", "lead", "nation", "case_study")}
    rows = []
    for id, case in zip(ids, cases):
        row = {"id": id, "name": case["name"] or id, "full_title": "", "lead": "", "nation": "", "case_study": "true"}
        for name, value in case["values"].items():
            if name in columns:
                row[columns[name]] = value
            elif name != "Order":
                project.left_out[f"values of the variable '{name}'"] += 1
        row["case_study"] = "false" if str(row["case_study"]).lower() in ("false", "0") else "true"
        rows.append(row)
    places = [int_of(case["values"].get("Order")) for case in cases]
    in_order = (
        sorted(range(len(rows)), key=lambda n: places[n]) if len(set(places)) == len(places) else range(len(rows))
    )
    return [dict(rows[number], order=order) for order, number in enumerate(in_order, 1)]


def tables(project: Project) -> tuple[dict[str, pd.DataFrame], dict]:
    """The project as the tables and settings of a review; what finds no place is added to `left_out`."""
    nothing, against = take_special(project)
    cases, of_source, of_selection = place_cases(project)
    case_ids: list[str] = []
    for number, case in enumerate(cases, 1):
        case_ids.append(slug(case["name"], case_ids, f"case-{number}"))
    seen = dict.fromkeys(heading or ALL for text in project.texts for heading in around(text)[0].values())
    seen |= dict.fromkeys(
        heading for code, heading in project.headings.items() if code in project.codes and ALL not in seen
    )
    heading_ids: dict[str, str] = {}
    for heading in seen or [ALL]:
        heading_ids[heading] = slug(heading, heading_ids.values(), "heading")
    points, raw = keypoints_of(project, case_ids, of_source, of_selection, heading_ids)
    used: dict[str, list[str]] = defaultdict(list)
    for _, heading, code, _, _ in raw:
        code = against.get(code, code)
        if code in project.codes and heading not in used[code]:
            used[code].append(heading)
    book, themes = codebook_of(project, {code: under for code, under in used.items() if under}, heading_ids)
    coders: dict[str, str] = {}
    for guid, name in [*project.coders.items(), *((coder, "") for _, _, _, coder, _ in raw)]:
        if guid not in coders:
            coders[guid] = slug(name or "unnamed coder", coders.values(), "coder")
    rows: dict[tuple, dict] = {}
    for point, heading, code, coder, memo in raw:
        theme = NONE if code in nothing else themes.get((against.get(code, code), heading))
        if theme is None:
            project.left_out["codings with a code that the file does not hold"] += 1
            continue
        key = (point, theme, coders[coder])
        project.left_out["codings that say the same twice"] += key in rows
        direction = "contradicts" if code in against else "supports"
        rows.setdefault(key, dict(keypoint=point, theme=theme, coder=coders[coder], direction=direction, memo=memo))
    names = {coder: project.coders.get(guid) or "no name" for guid, coder in coders.items()} or {"coder-1": "no name"}
    months = {coders[guid]: month for guid, month in project.months.items()}
    people = [
        {"id": id, "how": f"{UNKNOWN} Called '{name}' there. {TRUE_UNTIL_KNOWN}", "when": months.get(id, ""),
         "seen_sources": "true", "seen_attributions": "true", "seen_codings": "true",
         "extracted_by": "Not known; the key points are the marked passages.", "codes_defined_by": "Not known."}
        for id, name in names.items()
    ]  # fmt: skip
    frames = {
        "cases": pd.DataFrame(cases_table(project, cases, case_ids), columns=schema.columns("cases")),
        "keypoints": pd.DataFrame(points, columns=schema.columns("keypoints")),
        "codebook": pd.DataFrame(book, columns=schema.columns("codebook")),
        "coders": pd.DataFrame(people, columns=schema.columns("coders")),
        "codings": pd.DataFrame(list(rows.values()), columns=schema.columns("codings")),
    }
    first = {"codings": ["keypoint", "theme", "coder"]}
    frames = {
        name: frame.sort_values(first.get(name, "id"), ignore_index=True).fillna("") for name, frame in frames.items()
    }
    return frames, settings_of(project, heading_ids, frames)


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


def write(name: str, frames: dict[str, pd.DataFrame], settings: dict) -> None:
    """Write a new review data/<name>/: whole and valid, or not at all.

    Raises UserError where there is one of that name already.
    """
    folder = paths.data(name)
    if folder.exists():
        raise UserError(f"data/{name}/ is there already and is not touched; choose another name: REVIEW=…")
    unfinished = folder.with_name(f".{name}.importing.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        package = {**schema.package(), "name": name, "title": settings["title"]}
        (unfinished / "datapackage.json").write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", "utf-8")
        # A program that keeps no memos has lost the reasons of a consensus: said in their place.
        for row, _ in unexplained(frames["codings"]):
            frames["codings"].loc[row, "memo"] = "imported: the file gives no reason"
        for table, frame in frames.items():
            csvfile.write(unfinished / f"{table}.csv", frame)
        text = "# The settings of this review, as imported. data/README.md explains each.\n"
        text += yaml.safe_dump(settings, allow_unicode=True, sort_keys=False, width=100)
        (unfinished / "review.yaml").write_text(text, "utf-8")
        problems = [problem for problem in all_problems(settings, read_tables(unfinished)) if not problem.note]
        if problems:
            listed = "\n  ".join(map(str, problems[:10]))
            raise UserError(
                f"the file makes no valid review ({len(problems)} problems); nothing was written:\n  {listed}"
            )
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def main(arguments: list[str]) -> int:
    """Read a .qdpx file into a new review, and say what was read and what was left out."""
    try:
        if len(arguments) != 2 or not arguments[1]:
            raise UserError("say which file: make import-qdpx REVIEW=new-name QDPX=path/to/project.qdpx")
        name, file = arguments
        if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name):
            raise UserError(f"'{name}' is no name for a review; use lower-case letters, digits and hyphens.")
        if paths.data(name).exists():
            raise UserError(f"data/{name}/ is there already and is not touched; choose another name: REVIEW=…")
        project = read_project(Path(file))
        frames, settings = tables(project)
        write(name, frames, settings)
    except UserError as error:
        print(f"make import-qdpx: {error}", file=sys.stderr)
        return 1
    counts = ", ".join(f"{len(frames[table])} {word}" for table, word in (
        ("cases", "cases"), ("keypoints", "key points"), ("codebook", "codes"), ("coders", "coders"),
        ("codings", "codings"),
    ))  # fmt: skip
    print(f"data/{name}/ is written, from a project of {project.origin}: {counts}.")
    for what, number in sorted(project.left_out.items()):
        if number:
            print(f"  left out: {what} ({number})")
    print("Next: read review.yaml and coders.csv through (question, headings, how the coders worked), then")
    print(f"make REVIEW={name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
