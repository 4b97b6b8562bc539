"""The codings of a coder in a project that was exported from a review and edited in another program.

Programs give new ids to what they export, so codes and texts are known by their id or by their name, and a key point by
where its summary is in the text.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from casesynth.core import paths
from casesynth.core.codings import NONE
from casesynth.core.review import Review, load
from casesynth.core.settings import read_yaml
from casesynth.core.text import nearest, plural
from casesynth.core.validate import read_tables
from casesynth.errors import UserError
from casesynth.exchange.refi import AGAINST, STATE, Source, code_names, guid, line, sources, state_of
from casesynth.exchange.refi_cases import same_name
from casesynth.exchange.refi_read import Project, Text, read_project

#: Ids that are listed of one kind.
LISTED = 8


def edited(file: Path, name: str, copies: Callable[[str], Iterable[Path]]) -> tuple[Project, Review | None]:
    """A project, and the review as it was when the project was exported, from its copies; None where it is not known."""
    project = read_project(file)
    state = re.search(rf"{STATE} ([0-9a-f]+)", project.description)
    for folder in [paths.data(name), *copies(name)] if state else ():
        if state and (folder / "datapackage.json").exists() and state_of(folder) == state[1]:
            settings = read_yaml((folder / "review.yaml").read_bytes())
            return project, Review(name, settings, dict(read_tables(folder).tables))
    return project, None


def codings_of(
    project: Project, base: Review | None, review: str, coder: str, user: str = ""
) -> tuple[pd.DataFrame, set[str], pd.DataFrame, list[str]]:
    """The codings of a user of the program, as rows of codings.csv.

    Returns also the key points that the file holds, the codings as they were exported (without rows where that is not
    known), and what to tell. Raises UserError if the file has no such user.
    """
    told = []
    if base is None:
        told.append("the tables that were exported are not among the copies: codings are added, and none is taken out")
    now = load(review)
    exported, base = base, base or now
    own, meant = users_of(project, base, coder, user), codes_of(project, now) | codes_of(project, base)
    themes = now.codebook[now.codebook["level"].eq("theme")].set_index("id")["heading"]
    headings = now.themed_points.set_index("id")["heading"]
    rows: dict[Any, Any] = {}
    points: set[str] = set()
    new: dict[Any, Any] = {}
    outside, wrong = 0, []
    for text in project.texts:
        spans = spans_in(text, base, project)
        points |= spans.keys()
        for selection in text.selections:
            within = [point for point, (start, end) in spans.items() if selection.start < end and start < selection.end]
            for code, by, memo in selection.codings:
                if by not in own:
                    continue
                outside += not within
                for point in within:
                    theme, direction = meant.get(code, ("", ""))
                    if not theme:
                        new.setdefault(code, []).append(point)
                    elif theme != NONE and (theme not in themes.index or themes[theme] != headings.get(point)):
                        wrong.append(f"{point} with '{project.codes[code].name}'")
                    else:
                        key = (point, theme, coder)
                        before = rows.get(key, (*key, direction, ""))
                        rows[key] = (*before[:4], before[4] or memo)
    coded = {point for point, theme, _ in rows if theme != NONE}
    rows = {key: row for key, row in rows.items() if key[1] != NONE or key[0] not in coded}
    told += [f"{plural(outside, 'coding')} outside every key point: not taken"] * bool(outside)
    told += [f"coded with themes that do not belong to its heading: {listed(wrong)}: not taken"] * bool(wrong)
    told += proposals(project, new)
    columns = ["keypoint", "theme", "coder", "direction", "memo"]
    before = base.codings if exported else base.codings[:0]
    return pd.DataFrame(rows.values(), columns=columns, dtype=str), points, before, told


def users_of(project: Project, base: Review, coder: str, user: str) -> set[str]:
    """The ids of the users of a program that are a coder: by the name given, or else by the coder's own."""
    wanted = (user or coder).casefold()
    own = {id for id, name in project.coders.items() if name.casefold() == wanted}
    if not user:
        own |= {guid(base, "coder", coder)} & {
            by for text in project.texts for each in text.selections for _, by, _ in each.codings
        }
    if not own:
        names = sorted(project.coders.values())
        raise UserError(
            f"the file has no user '{user or coder}' (there are: {', '.join(names) or 'none'}).{nearest(wanted, names)} "
            f'If the coder is called otherwise there: --as "NAME".'
        )
    return own


def codes_of(project: Project, base: Review) -> dict[str, tuple[str, str]]:
    """The theme and direction that each code of a project means; codes that are new are left out."""
    known: dict[Any, Any] = {}
    for id, name in code_names(base).items():
        known |= {guid(base, "code", id): (id, "supports"), name.casefold(): (id, "supports")}
        against = (id, "contradicts")
        known |= {guid(base, "code", f"{id}\nagainst"): against, (AGAINST + name).casefold(): against}
    found = {code.guid: known.get(code.guid) or known.get(code.name.casefold()) for code in project.codes.values()}
    return {code: meaning for code, meaning in found.items() if meaning}


def spans_in(text: Text, base: Review, project: Project) -> dict[str, tuple[int, int]]:
    """Where the key points of a case are in a text, as the program has it; none if it is the text of no case."""
    mine = [source for source in sources(base) if is_of(text, source, base)]
    summaries = base.keypoints.set_index("id")["summary"]
    found, at = {}, 0
    for point, (first, last, _) in (mine[0].spans if mine else {}).items():
        words = line(summaries[point])
        start = first if text.text[first:last] == words else text.text.find(words, at)
        end = start + len(words)
        if start >= 0:
            found[point], at = (start, end), end
    return found


def is_of(text: Text, source: Source, base: Review) -> bool:
    """Whether a text of the file is that of a case: by its id, its contents or its name."""
    same = text.text.strip() == source.text.strip()
    named = same_name(text).casefold() == source.name.casefold()
    return same or named or text.guid == guid(base, "source", source.case)


def proposals(project: Project, new: dict[str, list[str]]) -> list[str]:
    """A line for each code that the codebook does not have, with the key points it was used on."""
    lines = []
    for code, points in new.items():
        row = project.codes.get(code)
        name, text = (row.name, row.text) if row else ("a code that the file does not hold", "")
        lines.append(f"new code '{name}', proposed and not added, on {listed(points)}. {text}".rstrip())
    if lines:
        lines.append("to take a new code: add it to the codebook as a theme of that name, and run the command again")
    return lines


def listed(names: list[str]) -> str:
    """Names with commas, the first few, each once."""
    names = list(dict.fromkeys(names))
    return ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")
