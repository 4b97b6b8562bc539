"""Parts of a workbook: one heading, or (blind) what one coder has to code."""

import hashlib
from dataclasses import dataclass

import pandas as pd

from casesynth.core.settings import sets_of
from casesynth.core.text import nearest
from casesynth.errors import UserError


@dataclass(frozen=True)
class Part:
    """What a workbook holds of a review: all, one heading, or (blind) what one coder has to code."""

    heading: str = ""
    coder: str = ""

    @property
    def name(self) -> str:
        """What is added to the name of the file: a review cannot have two hyphens in its name."""
        return "".join([f"--{self.heading}"] * bool(self.heading) + [f"--coder-{self.coder}"] * bool(self.coder))

    def points(self, points: pd.DataFrame, set_of: dict[str, str]) -> pd.Series:
        """Which key points belong to it: a set of headings counts as one."""
        return points["heading"].isin([self.heading]) | points["heading"].map(set_of).eq(self.heading)

    def of(self, name: str, tables: dict, shown: dict, set_of: dict[str, str]) -> tuple[dict, dict]:
        """The tables that are read back, and the worksheets."""
        if self.heading:
            ids = set(tables["keypoints"].loc[self.points(tables["keypoints"], set_of), "id"])
            under = {self.heading, set_of.get(self.heading, self.heading), ""}

            def own(table: str, frame: pd.DataFrame) -> pd.DataFrame:
                column, known = {
                    "keypoints": ("id", ids),
                    "codings": ("keypoint", ids),
                    "codebook": ("heading", under),
                }[table]
                return frame[frame[column].isin(known)]

            names = ["keypoints", "codebook", "codings"]
            tables, shown = ({t: own(t, frames[t]) for t in names} for frames in (tables, shown))
        if self.coder:
            order = shown["codings"]["keypoint"].map(lambda id: seeded(name, self.coder, id))
            codings = shown["codings"].assign(
                order=order, place=shown["codings"]["keypoint"].map(heading_places(shown))
            )
            codings = codings[codings["coder"].eq(self.coder)].sort_values(["place", "order"], kind="stable")
            shown = {"codings": codings.drop(columns=["order", "place"]), "codebook": shown["codebook"]}
            tables = {"codings": tables["codings"][tables["codings"]["coder"].eq(self.coder)]}
        return tables, shown


def heading_places(shown: dict) -> dict[str, int]:
    """Key point -> the place of its heading in the order of reading."""
    points = shown["keypoints"]
    places = {heading: place for place, heading in enumerate(dict.fromkeys(points["heading"]))}
    return dict(zip(points["id"], points["heading"].map(places)))


def seeded(*words: str) -> str:
    """Words as a digest to sort by: an order of chance that is the same every time."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def part_of(name: str, settings: dict, coders: pd.DataFrame, heading: str, coder: str) -> Part:
    """The part of a review with this heading and coder. Raises UserError for one that is not known."""
    sets = sets_of(settings)
    known = [*(each["id"] for each in settings["headings"]), *sets["id"]]
    if heading and heading not in known:
        raise UserError(f"data/{name}/review.yaml has no heading '{heading}'.{nearest(heading, known)}")
    if coder and coder not in set(coders["id"]):
        ids = ", ".join(coders["id"]) or "none yet"
        raise UserError(f"data/{name}/coders.csv has no coder '{coder}' (there are: {ids}); add a row first.")
    return Part(heading, coder)
