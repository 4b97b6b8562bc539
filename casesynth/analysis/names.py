"""Do names say what is counted? Content words of a name that no key point under it expresses.

A theme or finding is named only after what is counted under it. A word of its name that occurs, in any form, in none of
its key points need not be wrong: it may be a shorter word for what they say. Somebody has to decide, word by word.
"""

from functools import cache

import pandas as pd

from casesynth.analysis.findings import evidence_of
from casesynth.analysis.general import parents
from casesynth.core.review import Review
from casesynth.core.text import words_of

#: Words without content of their own, in names and in whole sentences.
STOP = set(
    "a about and any are as at be been being between by could did do for from had has have how in into is it its made make "
    "making no not of on one or other others project projects reported said say says so some such than that the their them "
    "they this those to up was went were what when where which who whose with within without work worked working "
    "among already before example find found gave get going hard harder easier less more most only out over part partly "
    "proved take took too under way ways would".split()
)


def stems(text: str) -> dict[str, str]:
    """The content words of a text by a crude stem: the first five letters, or the word without a plural s.

    >>> sorted(stems("Sharing power, and the meetings that share it"))
    ['meeti', 'power', 'share', 'shari']
    """
    bare = [word.removesuffix("'s") for word in words_of(text) if not word.isdigit()]
    words = [word for word in bare if word not in STOP and len(word) > 2]
    return {word[:5] if len(word) > 5 else word.removesuffix("s"): word for word in words}


def unexpressed(review: Review, coded: pd.DataFrame, coding: str) -> pd.DataFrame:
    """Every word of a name that no key point under it expresses, by `stems`.

    Takes the codings that feed the analysis and their coder. Returns level (theme, general, refined, finding), id, name,
    word, points (key points under it).
    """
    above, texts = parents(review.codebook), dict(zip(review.keypoints["id"], review.keypoints["summary"]))
    labels = dict(zip(review.keypoints["id"], review.keypoints.get("label", pd.Series(dtype=str))))
    own = coded.loc[coded["direction"].eq("supports"), ["keypoint", "theme"]]
    general = own.assign(theme=own["theme"].map(above))
    under = pd.concat([own, general, general.assign(theme=general["theme"].map(above))])
    if review.has("findings"):
        evidence = evidence_of(review, coding)
        evidence = evidence.loc[evidence["stance"].eq("supports"), ["keypoint", "finding"]]
        under = pd.concat([under, evidence.set_axis(["keypoint", "theme"], axis=1)])
    points = {id: list(dict.fromkeys(part)) for id, part in under.groupby("theme")["keypoint"]}
    named = [tuple(row) for row in review.codebook[["level", "id", "name"]].to_numpy()]
    if review.has("findings"):
        named += [("finding", row.id, row.statement) for row in review.findings.itertuples()]
    of_point = cache(lambda point: stems(f"{texts[point]} {labels.get(point, '')}").keys())
    rows = []
    for level, id, name in named:
        said = set().union(*map(of_point, points.get(id, [])))
        missing = [word for stem, word in stems(name).items() if stem not in said] if id in points else []
        rows += [[level, id, name, word, len(points[id])] for word in missing]
    return pd.DataFrame(rows, columns="level id name word points".split())
