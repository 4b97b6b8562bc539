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

    def of(self, name: str, tables: dict, shown: dict, set_of: dict[str, str]) -> tuple[dict, dict]:
        """The tables that are read back, and the worksheets; a set of headings counts as one."""
        points = shown["keypoints"]
        if self.heading:
            under = points["heading"].eq(self.heading) | points["heading"].map(set_of).eq(self.heading)
            headings = {self.heading, set_of.get(self.heading, self.heading), ""}
            own = {"keypoints": ("id", set(points.loc[under, "id"])), "codebook": ("heading", headings)}
            own["codings"] = ("keypoint", own["keypoints"][1])
            tables, shown = (
                {table: frames[table][frames[table][column].isin(known)] for table, (column, known) in own.items()}
                for frames in (tables, shown)
            )
        if self.coder:
            codings = shown["codings"][shown["codings"]["coder"].eq(self.coder)]
            headings_of = codings["keypoint"].map(dict(zip(points["id"], points["heading"])))
            chance = [hashlib.sha256(f"{name}\n{self.coder}\n{id}".encode()).hexdigest() for id in codings["keypoint"]]
            codings = codings.assign(
                order=chance, place=pd.factorize(headings_of)[0]
            )  # headings as a person reads them
            codings = codings.sort_values(["place", "order"], kind="stable").drop(columns=["order", "place"])
            shown = {"codings": codings, "codebook": shown["codebook"]}
            tables = {"codings": tables["codings"][tables["codings"]["coder"].eq(self.coder)]}
        return tables, shown


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
