"""The codebook with examples, to hand to a coder: each theme with two typical key points and one border case."""

from pathlib import Path

import pandas as pd

from casesynth.core.codings import NONE
from casesynth.core.files import templates
from casesynth.core.review import Review, coders_of
from casesynth.core.text import sentence, split_sentences
from casesynth.report.markdown import escaped

TEMPLATES = Path(__file__).parent / "templates"
#: How many typical key points are shown of a theme.
TYPICAL = 2


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


def examples(own: pd.DataFrame) -> list[tuple[str, dict]]:
    """The typical key points and the border case of one theme, each with its kind; `own` has its rows of `applied`."""
    border = (own["not_by"].map(len).gt(0) & own["by"].map(len).gt(0)) | own["memo"].ne("")
    typical = own[~border & own["not_by"].map(len).eq(0)]
    typical = pd.concat([typical.drop_duplicates("case"), typical]).drop_duplicates("keypoint").head(TYPICAL)
    kinds = ["Typical"] * len(typical) + ["Border case"] * int(border.any())
    return list(zip(kinds, [*typical.to_dict("records"), *own[border].head(1).to_dict("records")]))


def text(review: Review) -> str:
    """The document in Markdown, for `report.pandoc`."""
    rows, book = applied(review), review.codebook.set_index("id")
    who = review.coders[review.coders["id"].isin(coders_of(review))]
    headings = []
    for heading in review.sets.itertuples():
        own = review.codebook[review.codebook["heading"].eq(heading.id) & review.codebook["level"].eq("theme")]
        themes = own.to_dict("records")
        for theme in themes:
            chain = [theme["parent"], book["parent"].get(theme["parent"], "")]
            theme["part_of"] = ", in ".join(book["name"][id] for id in chain if id)
            theme["examples"] = examples(rows[rows["theme"].eq(theme["id"])])
        headings += [(heading, themes)] * bool(themes)
    made = templates(TEMPLATES)
    made.filters |= {"escaped": escaped, "sentence": sentence}
    return made.get_template("codebook.md").render(
        review=review,
        headings=headings,
        coders="; ".join(f"{each.id}: {split_sentences(each.how)[0].rstrip('. ')}" for each in who.itertuples()),
    )
