"""Split, merge, rename and move a theme; everything that names it goes along, by the references of the schema.

Each change is tried first, and a dated copy of the tables is kept for `casesynth undo`. Ids are never reused.
"""

from dataclasses import dataclass

import pandas as pd

from casesynth.core import paths
from casesynth.core.codings import NONE
from casesynth.core.schema import schemas
from casesynth.core.settings import load_settings, sets_of
from casesynth.core.text import Ids, nearest, plural
from casesynth.desk.changes import change, mentions
from casesynth.desk.tables import keys_of, references, texts_of
from casesynth.errors import UserError

#: Columns that name a theme, or something else too (no theme; a group that a sorter made): no schema has them as keys.
MAY_NAME = [("codings", "theme"), ("hierarchy", "id"), ("hierarchy", "parent")]


@dataclass
class Change:
    """A review whose themes are changed: its tables as texts, as they were and as they become, and what to tell."""

    name: str
    now: dict[str, pd.DataFrame]
    known: dict[str, dict]
    changed: dict[str, pd.DataFrame]
    told: list[str]

    @property
    def book(self) -> pd.DataFrame:
        """The codebook as it becomes."""
        return self.changed["codebook"]

    def theme(self, id: str) -> dict[str, str]:
        """The row of a theme. Raises UserError if there is none."""
        rows = self.book[self.book["id"].eq(id)]
        if rows.empty:
            raise UserError(
                f"data/{self.name}/codebook.csv has no theme with the id '{id}'.{nearest(id, self.book['id'])}"
            )
        return rows.iloc[0].to_dict()

    def put(self, id: str, **values: str) -> None:
        """Change cells of a theme in the codebook."""
        for column, text in values.items():
            self.book.loc[self.book["id"].eq(id), column] = text

    def references(self) -> list[tuple[str, str]]:
        """Every (table, column) that may name a theme: what the schema refers to the codebook, and `MAY_NAME`."""
        found = [(table, column) for table, column, other, _ in references(self.known) if other == "codebook"]
        return [(table, column) for table, column in [*found, *MAY_NAME] if table in self.now]

    def done(self, first: str, yes: bool, command: str) -> str:
        """Make the change. Returns what to show."""
        differ = {table: frame for table, frame in self.changed.items() if not frame.equals(self.now[table])}
        notes = change(self.name, differ, self.now, "" if yes else f"casesynth theme {command} --yes")
        last = f"`casesynth undo {self.name}` restores the tables as they were."
        return "\n".join([first, *(f"  {line}" for line in self.told), *notes, last])


def begun(name: str) -> Change:
    """The change of a review, before anything is changed. Raises UserError if there is no such review."""
    load_settings(name)
    folder = paths.data(name)
    now = texts_of(folder)
    return Change(name, now, schemas(folder), {table: frame.copy() for table, frame in now.items()}, [])


def rename(name: str, id: str, new: str) -> str:
    """Give a theme another name. Its id stays, so nothing else changes."""
    of = begun(name)
    own = of.theme(id)
    old = own["name"]
    same = of.book[of.book["heading"].eq(own["heading"]) & of.book["level"].eq(own["level"]) & of.book["name"].eq(new)]
    if len(same):
        other = same["id"].iloc[0]
        raise UserError(
            f"'{new}' is the name of {other}. To make one of both: casesynth theme merge {name} {id} {other}"
        )
    of.put(id, name=new)
    return of.done(f"{id}: '{old}' is now called '{new}'. Its id stays, and so does all that names it.", True, "")


def move(name: str, id: str, parent: str = "", heading: str = "") -> str:
    """Put a theme below another parent ("none" takes it out), or under another heading, with its key points, or both."""
    of = begun(name)
    old = of.theme(id)
    if not parent and not heading:
        raise UserError(
            f"where to? Give a parent, `none`, or a heading: casesynth theme move {name} {id} --heading HEADING"
        )
    places = []
    if parent:
        places.append(f"from below {old['parent'] or 'none'} to below {parent}")
        of.put(id, parent="" if parent == "none" else of.theme(parent)["id"])
        points = of.now["codings"].loc[of.now["codings"]["theme"].eq(id), "keypoint"].nunique()
        of.told += [f"codings: {plural(points, 'key point')} of it count under {parent} from now on"] * bool(points)
    if heading:
        places.append(f"from under {old['heading'] or 'no heading'} to under {heading}")
        to_heading(of, id, heading)
    return of.done(f"{id} was moved {', and '.join(places)}.", True, "")


def to_heading(of: Change, id: str, heading: str) -> None:
    """Put a theme under another heading, and the key points that are coded to it, behind those that their cases have there.

    Raises UserError for a heading that has no themes, and for key points that are coded to a theme that stays.
    """
    sets = {part.id: part.headings for part in sets_of(load_settings(of.name)).itertuples()}
    if heading not in sets or of.theme(id)["level"] != "theme":
        what = f"'{heading}' is not a heading that has themes" if heading not in sets else f"{id} is not of level theme"
        raise UserError(f"data/{of.name}/: {what}, so nothing was moved.{nearest(heading, sets)}")
    points, codings = of.changed["keypoints"], of.now["codings"]
    coded = codings.loc[codings["theme"].eq(id), "keypoint"]
    moved = points[points["id"].isin(coded) & ~points["heading"].isin(sets[heading])]
    others = codings[codings["keypoint"].isin(moved["id"]) & codings["theme"].ne(id)]
    if staying := [
        f"{row.keypoint} (to {row.theme}, by {row.coder})" for row in others.itertuples() if row.theme != NONE
    ]:
        raise UserError(
            f"these key points of {id} are coded to themes that stay under {of.theme(id)['heading']}, so nothing was moved: "
            f"{', '.join(staying)}. Divide them in two first, or take one of the codings away."
        )
    if len(moved) and len(sets[heading]) > 1:
        raise UserError(
            f"{heading} has several headings ({', '.join(sets[heading])}); move the key points to one of them first."
        )
    last = points[points["heading"].isin(sets[heading])].groupby("case")["order"].agg(lambda own: own.astype(int).max())
    orders = moved.groupby("case").cumcount() + 1 + moved["case"].map(last).fillna(0).astype(int)
    points.loc[moved.index, "heading"] = heading
    points.loc[moved.index, "order"] = orders.astype(str)
    of.put(id, heading=heading)
    of.told += [f"keypoints: {plural(len(moved), 'row')} now under {heading}: {', '.join(moved['id'])}"] * bool(
        len(moved)
    )
    of.told += [
        f"codings: {row.coder} saw no theme of the old heading in {row.keypoint}; look again"
        for row in others.itertuples()
    ]


def merge(name: str, id: str, into: str, reason: str, yes: bool = False) -> str:
    """Merge a theme into another of its level and heading, whose name and definition stay.

    Every row that named the first names the second; rows that then say the same are one, with both memos.
    """
    of = begun(name)
    gone, kept = of.theme(id), of.theme(into)
    for column in ("level", "heading"):
        if gone[column] != kept[column]:
            raise UserError(
                f"{id} has the {column} '{gone[column]}' and {into} '{kept[column]}'; only themes of one {column} are merged."
            )
    if id == into:
        raise UserError(f"{id} cannot be merged into itself.")
    of.changed["codebook"] = of.book[of.book["id"].ne(id)].reset_index(drop=True)
    for table, column in of.references():
        renamed(of, table, column, id, into)
    words = f"Merged with '{gone['name']}' ({id}): {reason}"
    label = kept["published_label"] or gone["published_label"]
    of.put(into, reason=" ".join(filter(None, [kept["reason"], words])), published_label=label)
    for column in ("published_label", "definition", "includes", "excludes"):
        if gone[column] not in ("", of.theme(into)[column]):
            of.told.append(f"codebook: {column} of {id}, not taken over: {gone[column]}")
    keyed = [*of.references(), ("codebook", "id")]
    of.told += [f"still names {id}, for you to rewrite: {place}" for place in mentions(name, [id], keyed)]
    return of.done(f"{id} was merged into {into}.", yes, f"merge {name} {id} {into} --reason '{reason}'")


def renamed(of: Change, table: str, column: str, id: str, into: str) -> None:
    """Let the rows of a table that name a theme name another; of rows with one key, those that named the other stay."""
    frame, keys = of.changed[table], keys_of(of.known[table])
    named = frame[column].eq(id)
    if not named.any():
        return
    frame = pd.concat([frame[~named], frame[named].assign(**{column: into})])
    twice = frame.duplicated(keys)
    for row in frame[twice].to_dict("records"):
        same = frame.index[(frame[keys] == [row[key] for key in keys]).all(axis=1) & ~twice][0]
        own = frame.loc[same].to_dict()
        for other, text in row.items():
            if other in ("memo", "reason", "note") and text and text != own[other]:
                frame.loc[same, other] = " / ".join(filter(None, [own[other], text]))
            elif text and text != own[other]:
                of.told.append(f"{table}: {' '.join(row[key] for key in keys)} stays '{own[other]}'; {id} had '{text}'")
    of.changed[table] = frame[~twice].sort_index().reset_index(drop=True)
    same = f"; {int(twice.sum())} of them said what {into} said already" if twice.any() else ""
    of.told.append(f"{table}.{column}: {plural(int(named.sum()), 'row')} of {id} now of {into}{same}")


def split(name: str, id: str, new: str, points: list[str], definition: str, reason: str) -> str:
    """Split a theme: the key points that are given go to a new theme with the same heading and parent.

    What names both a key point and the theme follows the key points, of every coder. What says of a theme how it fits
    another scheme (a key of several columns) is copied. All else stays with the old theme, and is listed.
    """
    of = begun(name)
    old, coded = of.theme(id), of.now["codings"]
    own = set(coded.loc[coded["theme"].eq(id), "keypoint"])
    if wrong := [point for point in points if point not in own]:
        raise UserError(f"{wrong[0]} is not coded to {id}.{nearest(wrong[0], sorted(own))}")
    if not own - set(points):
        raise UserError(
            f"{id} would keep no key point; to give it another name: casesynth theme rename {name} {id} NAME"
        )
    begins = id.partition("-")[0]
    taken = {*of.book["id"], *(text for table, column in of.references() for text in of.now[table][column])}
    added = Ids(taken, most=60).new(f"{begins}-{new}")
    row = {**old, "id": added, "name": new, "definition": definition, "published_label": "", "includes": "",
           "excludes": "", "origin": "compendium", "reason": f"Split from '{old['name']}' ({id}): {reason}"}  # fmt: skip
    of.changed["codebook"] = pd.concat([of.book, pd.DataFrame([row], dtype=str)], ignore_index=True)
    for table, column in of.references():
        frame, keys = of.changed[table], keys_of(of.known[table])
        named = frame[column].eq(id)
        if "keypoint" in frame:
            follows = named & frame["keypoint"].isin(points)
            of.changed[table] = frame.assign(**{column: frame[column].mask(follows, added)})
            of.told += [f"{table}: {plural(int(follows.sum()), 'row')} now of {added}"] * bool(follows.any())
        elif len(keys) > 1 and column in keys:
            copied = frame[named].assign(**{column: added})
            of.changed[table] = pd.concat([frame, copied], ignore_index=True)
            of.told += [f"{table}: {plural(len(copied), 'row')} copied for {added}; look through them"] * bool(
                len(copied)
            )
        elif table != "codebook" and named.any():
            rows = ", ".join(frame.loc[named, keys[0]])
            of.told.append(f"{table}: stays with {id}; look whether it fits {added} better: {rows}")
    of.told.append(f"codebook: definition, includes and excludes of {id} are as they were; narrow them")
    return of.done(f"{added} ('{new}') was split from {id}, with {plural(len(points), 'key point')}.", True, "")
