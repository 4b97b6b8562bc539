"""The codebook with examples, to hand to a coder: each theme with two typical key points and one border case."""

from typing import Any

import pandas as pd

from casesynth.core.codings import NONE
from casesynth.core.review import Review, coders_of
from casesynth.core.text import sentence, split_sentences
from casesynth.report.markdown import escaped

TYPICAL = 2
RULE = (
    "**How the examples were chosen.** A *typical* key point was coded to the theme by every coder who coded it. A *border "
    "case* is one on which coders differed, or whose coding in use has a memo. Of these, the first in the order of the cases "
    "is shown, typical ones from different cases where there are any. Frequency is not importance: examples say nothing of it."
)


def applied(review: Review) -> pd.DataFrame:
    """How many of those who coded a key point coded it to a theme, in the order of the cases and headings.

    Returns keypoint, case, name (of the case), summary, theme, by and not_by (names of coders), memo (of the coding in use).
    """
    themed = review.codings[review.codings["theme"].ne(NONE) & review.codings["direction"].eq("supports")]
    own = coders_of(review)
    coded = review.codings.groupby("keypoint")["coder"].agg(lambda ids: [coder for coder in own if coder in set(ids)])
    used = themed[themed["coder"].eq(review.settings["coding"])].set_index(["keypoint", "theme"])["memo"]
    rows = []
    for (point, theme), coders in themed.groupby(["keypoint", "theme"])["coder"].agg(set).items():
        by = [coder for coder in own if coder in coders]
        rest = [coder for coder in coded[point] if coder not in coders]
        rows.append([point, theme, by, rest, used.get((point, theme), "")])
    table = pd.DataFrame(rows, columns=["keypoint", "theme", "by", "not_by", "memo"])
    points = review.keypoints[["id", "case", "summary", "order"]].rename(columns={"id": "keypoint"})
    cases = review.cases[["id", "name", "order"]].rename(columns={"id": "case", "order": "place"})
    table = table.merge(points, on="keypoint").merge(cases, on="case")
    return table[table["summary"].ne("")].sort_values(["place", "order", "keypoint"], ignore_index=True)


def examples(own: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The typical key points and the border case of one theme; `own` has its rows of `applied`."""
    border = (own["not_by"].map(len).gt(0) & own["by"].map(len).gt(0)) | own["memo"].ne("")
    typical = own[~border & own["not_by"].map(len).eq(0)]
    typical = pd.concat([typical.drop_duplicates("case"), typical]).drop_duplicates("keypoint").head(TYPICAL)
    return typical, own[border].head(1)


def example(row: Any, kind: str) -> str:
    """A key point as an example, with its case; a border case says who differed, and why it was decided so."""
    said = f"*{kind}*: {escaped(sentence(row.summary))} ({escaped(row.name_of_case)})"
    if kind == "Typical":
        return said
    if row.not_by and row.by:
        said += f" Coded so by {escaped(', '.join(row.by))}, not by {escaped(', '.join(row.not_by))}."
    return said + (f" {escaped(sentence(row.memo))}" if row.memo else "")


def text(review: Review) -> str:
    """The document in Markdown, for `report.pandoc`."""
    rows = applied(review).rename(columns={"name": "name_of_case"})
    names = dict(zip(review.codebook["id"], review.codebook["name"]))
    above = dict(zip(review.codebook["id"], review.codebook["parent"]))
    note = [escaped(sentence(review.settings["note"]))] if review.settings.get("note") else []
    who = review.coders[review.coders["id"].isin(coders_of(review))]
    coders = "; ".join(f"{each.id}: {split_sentences(each.how)[0].rstrip('. ')}" for each in who.itertuples())
    parts = [f"Question: {escaped(review.settings['question'])}", *note, RULE, f"**Who coded.** {escaped(coders)}."]
    for heading in review.sets.itertuples():
        themes = review.codebook[review.codebook["heading"].eq(heading.id) & review.codebook["level"].eq("theme")]
        parts += [f"## {escaped(heading.name)} {{#{heading.id}}}"] * bool(len(themes))
        for theme in themes.itertuples():
            chain = [names[id] for id in (theme.parent, above.get(theme.parent, "")) if id]
            parts.append(f"### {escaped(theme.name)} {{#{theme.id}}}")
            parts.append(escaped(sentence(theme.definition)))
            lines = [("Includes", theme.includes), ("Excludes", theme.excludes), ("Part of", ", in ".join(chain))]
            parts.append("\n".join(f"- {word}: {escaped(sentence(words))}" for word, words in lines if words))
            typical, border = examples(rows[rows["theme"].eq(theme.id)])
            shown = [example(row, "Typical") for row in typical.itertuples()]
            shown += [example(row, "Border case") for row in border.itertuples()]
            parts.append("\n\n".join(shown) or "No key point is coded to it.")
    return "\n\n".join(part for part in parts if part)
